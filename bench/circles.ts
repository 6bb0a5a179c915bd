/**
 * People in documents that are open on several nodes, and how long what one of them types
 * takes to the others there who sit at another node.
 */
import type { Client } from "./client.ts";
import { concurrently, everyTurn, percentile, until } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import { allSaved, joinEach, Writer } from "./people.ts";
import type { Place } from "./peers.ts";
import { Delays, Typist } from "./typing.ts";

const JOINING_AT_ONCE = 16;

/** Characters that may be under way to somebody in a hurry, and how long it goes on before it is looked whether that is all. */
const UNDER_WAY = 1000;
const HURRY_MS = 50;

/** Somebody in a document, who may type. */
interface Person {
  readonly node: number;
  readonly writer: Writer;
  /** Of what those at other nodes typed; where there is one node, of what the others typed. */
  readonly heard: Delays;
  /** How many characters are to be heard. */
  due: number;
}

/** Who is in a document, in turn at one node after the other. */
type Circle = readonly Person[];

export class Circles {
  readonly #cluster: Cluster;
  readonly #circles: readonly Circle[];
  /** Number of the next character, and of the first one that counts. */
  #next = 0;
  #first = 0;

  private constructor(cluster: Cluster, circles: readonly Circle[]) {
    this.#cluster = cluster;
    this.#circles = circles;
  }

  /**
   * So many documents with people in each, in sync.
   * @param seats For each of the people of a document the number of a node, from 0.
   */
  static async gather(
    cluster: Cluster,
    documents: number,
    seats: readonly number[],
  ): Promise<Circles> {
    const [first] = cluster.nodes;
    const nodes = cluster.nodesOf(seats);
    const circles = await concurrently(
      Array.from({ length: documents }),
      JOINING_AT_ONCE,
      async () => {
        const place = await first.peer.create(first.url);
        const clients = await joinEach(nodes, place);
        return clients.map((client, n) => seated(client, place, n, seats[n] ?? 0));
      },
    );
    return new Circles(cluster, circles);
  }

  /** The next character: each is typed in another document, by the next of the first `typing` people there. */
  type(typing: number): void {
    const n = this.#next++;
    const circle = this.#circles[n % this.#circles.length] ?? [];
    const person = circle[Math.floor(n / this.#circles.length) % typing];
    if (!person) return;
    const others = circle.filter((other) => other !== person);
    const away = others.filter(({ node }) => node !== person.node);
    for (const other of this.#cluster.nodes.length > 1 ? away : others) {
      other.heard.sent(person.writer.typist.clientId);
      other.due += 1;
    }
    person.writer.type(1);
  }

  /** So many characters as fast as they arrive, a few hundred being under way. */
  async hurry(characters: number, typing: number): Promise<void> {
    const people = this.#circles.flat();
    const end = this.#next + characters;
    while (this.#next < end) {
      await everyTurn(HURRY_MS, () => {
        const underWay = people.reduce((sum, { heard, due }) => sum + due - heard.values.length, 0);
        const more = Math.min(UNDER_WAY - underWay, end - this.#next);
        for (let n = 0; n < more; n++) this.type(typing);
      });
    }
    await this.allArrived();
  }

  /** Everything is there, and on disk where the server says such things. */
  async allArrived(): Promise<void> {
    const people = this.#circles.flat();
    await until(
      () => people.every(({ heard, due }) => heard.values.length === due),
      "every character arrived at the other nodes",
    );
    const writers = people.map(({ writer }) => writer);
    await allSaved(this.#cluster, writers);
  }

  /** What was typed so far counts no more. */
  forget(): void {
    for (const person of this.#circles.flat()) {
      person.heard.clear();
      person.due = 0;
    }
    this.#first = this.#next;
  }

  /** How many characters count. */
  get typed(): number {
    return this.#next - this.#first;
  }

  /** Milliseconds until a character was heard. */
  delays(): { readonly p50: number; readonly p95: number; readonly p99: number } {
    const values = this.#circles.flat().flatMap(({ heard }) => heard.values);
    const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => percentile(values, share));
    return { p50, p95, p99 };
  }
}

function seated(client: Client, place: Place, n: number, node: number): Person {
  const heard = new Delays();
  const typist = new Typist(n + 1);
  const writer = new Writer(client, place, typist, (message) => heard.received(message));
  return { node, writer, heard, due: 0 };
}
