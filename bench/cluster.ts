/** Several nodes of one server, and the databases that they share: all on the servers' core. */
import { join } from "node:path";
import { programScope } from "../test/helpers/scope.ts";
import { pause } from "./clock.ts";
import { Databases } from "./databases.ts";
import type { Run } from "./mode.ts";
import type { Peer } from "./peers.ts";
import { type Nodes, type Served, ServerProcess } from "./server-process.ts";

/** From the last edit on, longer than anybody puts work off: Hocuspocus writes after two seconds. */
const SETTLING_MS = 2500;

/** Processor time, in microseconds. */
export interface Spent {
  readonly nodes: number;
  readonly postgres: number;
  readonly redis: number;
}

export class Cluster implements Served {
  readonly peer: Peer;
  readonly nodes: Nodes;
  readonly databases: Databases;
  readonly #end: () => Promise<void>;

  private constructor(peer: Peer, nodes: Nodes, databases: Databases, end: () => Promise<void>) {
    this.peer = peer;
    this.nodes = nodes;
    this.databases = databases;
    this.#end = end;
  }

  static async start({ peer, dataDir }: Run, count: number): Promise<Cluster> {
    const scope = programScope();
    const databases = await Databases.start(scope);
    const node = (n: number) => {
      const folder = join(dataDir, `node-${n}`);
      const command = peer.startNode?.(databases.shared, `node-${n}`, folder);
      if (!command) throw new Error(`${peer.name} knows no nodes`);
      return ServerProcess.start(peer, folder, command);
    };
    // One after the other: the first one makes the tables.
    const nodes: [ServerProcess, ...ServerProcess[]] = [await node(1)];
    while (nodes.length < count) nodes.push(await node(nodes.length + 1));
    return new Cluster(peer, nodes, databases, () => scope.end());
  }

  /** By their numbers, from 0. */
  nodesOf(seats: readonly number[]): ServerProcess[] {
    return seats.map((seat) => this.nodes[seat] ?? this.nodes[0]);
  }

  spent(): Spent {
    return {
      nodes: this.nodes.reduce((sum, node) => sum + node.cpu(), 0),
      postgres: this.databases.postgresCpu(),
      redis: this.databases.redisCpu(),
    };
  }

  cpu(): number {
    const { nodes, postgres, redis } = this.spent();
    return nodes + postgres + redis;
  }

  /** Resolves when what was put off is done. */
  async settled(): Promise<void> {
    await pause(SETTLING_MS);
  }

  async end(): Promise<void> {
    for (const node of this.nodes) await node.end();
    await this.#end();
  }
}
