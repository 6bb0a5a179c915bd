/**
 * `npm run bench`: how long an edit takes from leaving its writer until the
 * server says it is on disk, at fixed rates over many rooms. The server is a
 * process of its own; this one generates the load.
 */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "../server/protocol/document.ts";
import { decodeFrame, encodeFrame } from "../server/protocol/frames.ts";
import { addressOf, startMain } from "../test/helpers/program.ts";
import { programScope } from "../test/helpers/scope.ts";
import { createDocument } from "../test/helpers/server.ts";
import { UNLIMITED } from "../test/helpers/unlimited.ts";
import { temporaryFolder } from "../test/helpers/temporary.ts";

/** Edits a second over all rooms, and how many rooms with one writer each. */
const LOADS = [
  { rate: 50, rooms: 25 },
  { rate: 1000, rooms: 100 },
  { rate: 20_000, rooms: 200 },
];

const SECONDS = 10;

/** The load goes out in slices of this length, in milliseconds. */
const SLICE_MS = 5;

class Typist {
  readonly latencies: number[] = [];
  readonly #socket: WebSocket;
  readonly #text = new Y.Doc().getText(CONTENT);
  readonly #sentAt: number[] = [];
  #acknowledged = 0;

  constructor(address: string) {
    this.#socket = new WebSocket(address);
    this.#socket.on("message", (data: Buffer) => this.#receive(new Uint8Array(data)));
    this.#text.doc?.on("update", (update: Uint8Array) => {
      this.#sentAt.push(performance.now());
      this.#socket.send(encodeFrame({ type: "update", update }));
    });
  }

  async connected(): Promise<this> {
    await once(this.#socket, "open");
    return this;
  }

  type(): void {
    this.#text.insert(this.#text.length, "x");
  }

  get isDone(): boolean {
    return this.#acknowledged === this.#sentAt.length;
  }

  #receive(message: Uint8Array): void {
    const frame = decodeFrame(message);
    if (frame.type !== "acknowledgement") return;
    const now = performance.now();
    for (const sentAt of this.#sentAt.slice(this.#acknowledged, frame.count)) {
      this.latencies.push(now - sentAt);
    }
    this.#acknowledged = frame.count;
  }
}

async function measure({ rate, rooms }: (typeof LOADS)[number]): Promise<string> {
  const scope = programScope();

  const server = await addressOf(startMain(scope, await temporaryFolder(scope), UNLIMITED));
  const typists: Typist[] = [];
  for (let n = 0; n < rooms; n++) {
    const { id, editToken } = await createDocument(server);
    const typist = new Typist(`${server.wsUrl}/${id}?token=${editToken}&ack=1`);
    typists.push(await typist.connected());
  }
  const typed = await load(typists, rate);
  while (!typists.every(({ isDone }) => isDone)) await pause(SLICE_MS);
  await scope.end();
  return row(
    rate,
    typed,
    rooms,
    typists.flatMap(({ latencies }) => latencies),
  );
}

/** Types at the rate; answers the rate that was reached. */
async function load(typists: readonly Typist[], rate: number): Promise<number> {
  const began = performance.now();
  let typed = 0;
  for (;;) {
    const passed = performance.now() - began;
    if (passed >= SECONDS * 1000) return typed / (passed / 1000);
    for (const due = (passed / 1000) * rate; typed < due; typed++) {
      typists[typed % typists.length]?.type();
    }
    await pause(SLICE_MS);
  }
}

function row(rate: number, reached: number, rooms: number, latencies: readonly number[]): string {
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const cells = [rate, reached.toFixed(0), rooms, at(0.5), at(0.95), at(0.99)];
  return `| ${cells.join(" | ")} |`;
}

process.stdout.write("| edits/s | reached | rooms | p50 ms | p95 ms | p99 ms |\n");
process.stdout.write("|---|---|---|---|---|---|\n");
for (const each of LOADS) process.stdout.write(`${await measure(each)}\n`);
