/**
 * One server under measurement: a process of its own, on a core of its own where there
 * are two, with what it uses of processor and memory read from /proc. Linux only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { pause } from "./clock.ts";
import type { Shares } from "./mode.ts";
import type { Command, Peer } from "./peers.ts";
import { cpuOf, statusOf, TICK_US } from "./process-times.ts";

/** The load generator has the other one. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Of the machine, not of this process: that is pinned itself. */
export const HAS_TWO_CORES = cpus().length >= 2;

/** Pins a command to a core where there are two. */
export function pinned(core: number, command: readonly string[]): readonly string[] {
  return HAS_TWO_CORES ? ["taskset", "-c", String(core), ...command] : command;
}

/**
 * A server that takes less than this share of its core for so long is done: longer than any of
 * them puts its work off. At most so long is waited.
 */
const IDLE = { share: 0.03, stepMs: 500, quietSteps: 5, longestMs: 20_000 };

/** For the server's node, to look into it: `BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profile"`. */
const FLAGS = process.env["BENCH_NODE_FLAGS"]?.split(" ") ?? [];

/** What is measured: a server, or several nodes of one with all that they need. */
export interface Served {
  readonly peer: Peer;
  /** Processor time of all of it so far, in microseconds. */
  cpu(): number;
  end(): Promise<void>;
}

export type Nodes = readonly [ServerProcess, ...ServerProcess[]];

export class ServerProcess implements Served {
  readonly peer: Peer;
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  url = "";

  private constructor(peer: Peer, dataDir: string, { args: given, env }: Command) {
    const [command = "", ...args] = pinned(SERVER_CORE, [process.execPath, ...FLAGS, ...given]);
    this.peer = peer;
    this.dataDir = dataDir;
    this.#child = spawn(command, args, {
      env: { ...process.env, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#exit = once(this.#child, "close");
    process.once("exit", () => this.#child.kill("SIGKILL"));
  }

  /** Resolves once it accepts connections. */
  static async start(
    peer: Peer,
    dataDir: string,
    command = peer.start(dataDir),
  ): Promise<ServerProcess> {
    const server = new ServerProcess(peer, dataDir, command);
    let output = "";
    for await (const data of server.#child.stdout ?? []) {
      output += String(data);
      const url = /http:\/\/\S+/.exec(output)?.[0];
      if (url) {
        server.url = url;
        break;
      }
    }
    if (!server.url) throw new Error(`${peer.name} did not start: ${output}`);
    return server;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Processor time of all its threads so far, in microseconds. */
  cpu(): number {
    return cpuOf(this.#pid);
  }

  /** Resolves once it has nothing more to do: what it put off is work as well. */
  async idle(): Promise<void> {
    const end = performance.now() + IDLE.longestMs;
    let before = this.cpu();
    for (let quiet = 0; quiet < IDLE.quietSteps && performance.now() < end;) {
      await pause(IDLE.stepMs);
      const now = this.cpu();
      quiet = now - before < IDLE.share * IDLE.stepMs * 1000 ? quiet + 1 : 0;
      before = now;
    }
  }

  /** Resident memory, in bytes. */
  memory(): number {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(statusOf(this.#pid))?.[1]) * 1024;
  }

  /** The most it ever was, in bytes. */
  peakMemory(): number {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(statusOf(this.#pid))?.[1]) * 1024;
  }

  /** Ends it as it likes to be ended, or as nobody likes to; one that is looked into must write down what it saw. */
  async end(
    signal: "SIGTERM" | "SIGKILL" = FLAGS.length > 0 ? "SIGTERM" : "SIGKILL",
  ): Promise<void> {
    this.#child.kill(signal);
    await this.#exit;
  }

  get #pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.peer.name} did not start`);
    return this.#child.pid;
  }
}

/** What somebody else did on the server's core, to tell a disturbed run from a quiet one. */
export class Watch {
  readonly #server: Pick<Served, "cpu">;
  readonly #began = performance.now();
  readonly #serverCpu: number;
  readonly #coreCpu = coreCpu();
  readonly #ownCpu = process.cpuUsage();

  constructor(server: Pick<Served, "cpu">) {
    this.#server = server;
    this.#serverCpu = server.cpu();
  }

  /** Milliseconds since it began. */
  get milliseconds(): number {
    return performance.now() - this.#began;
  }

  /** Processor time of the server since it began, in microseconds. */
  get cpu(): number {
    return this.#server.cpu() - this.#serverCpu;
  }

  /** Who had the processors since it began. */
  shares(): Shares {
    const microseconds = this.milliseconds * 1000;
    const { user, system } = process.cpuUsage(this.#ownCpu);
    const server = this.cpu;
    return {
      server: server / microseconds,
      foreign: Math.max(0, coreCpu() - this.#coreCpu - server) / microseconds,
      generator: (user + system) / microseconds,
    };
  }
}

/** Microseconds that programs, and other guests of the machine, took of the server's core. */
function coreCpu(): number {
  const line = readFileSync("/proc/stat", "utf8")
    .split("\n")
    .find((each) => each.startsWith(`cpu${SERVER_CORE} `));
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = (line ?? "")
    .split(" ")
    .slice(1)
    .map(Number);
  return (user + nice + system + steal) * TICK_US;
}
