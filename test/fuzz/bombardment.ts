/**
 * Hostile frames, in any number, against a running room on a real database, while
 * two honest people type there. Says what it cost, and what memory is left behind.
 */
import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { ControlledStore } from "../helpers/controlled-store.ts";
import { randomFrom, type Random } from "../helpers/random.ts";
import { roomScene, type Scene } from "../helpers/room-scene.ts";
import type { Scope } from "../helpers/scope.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { hostileFrame, realFrames } from "./hostile-frames.ts";
import { Typist } from "./typist.ts";

/** Before memory is measured first: what is loaded and compiled once is no leak. */
const WARM_UP = 1000;

/** How many frames of an attacker come between two turns of the event loop. */
const AT_ONCE = 50;

export interface BombardmentOptions {
  readonly frames: number;
  readonly seed: number;
  /** Told now and then how many frames were sent. */
  readonly onProgress?: (sent: number) => void;
}

export interface BombardmentReport {
  readonly seconds: number;
  /** Attackers that were sent away. */
  readonly ended: number;
  /** Edits of honest people, each of them acknowledged. */
  readonly edits: number;
  /** How often the document was loaded: to open it, and to rebuild it. */
  readonly loads: number;
  /** Longest time that the event loop was not free, in milliseconds. */
  readonly longestTurn: number;
  /** Bytes in use, with the room put away. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** @throws when an honest person is harmed. */
export async function bombardment(
  scope: Scope,
  { frames, seed, onProgress }: BombardmentOptions,
): Promise<BombardmentReport> {
  const store = await openSqliteStore({ dataDir: await temporaryFolder(scope) });
  scope.after(() => store.close());
  const scene = await roomScene(scope, 0, new ControlledStore(store));
  const random = randomFrom(seed);
  await visit(scene, random, WARM_UP);
  const heapBefore = await heapInUse();
  const began = performance.now();
  const visited = await visit(scene, random, frames, onProgress);
  const seconds = (performance.now() - began) / 1000;
  return {
    ...visited,
    seconds,
    loads: scene.control.loads,
    heapBefore,
    heapAfter: await heapInUse(),
  };
}

/** All that happens from the opening of the room until it is put away. */
async function visit(
  scene: Scene,
  random: Random,
  frames: number,
  onProgress: (sent: number) => void = () => undefined,
) {
  const typists = [await new Typist().enter(scene), await new Typist().enter(scene)];
  const attack = await attackBeside(typists, { scene, random, frames, onProgress });
  await settle(typists);
  const [anna, ben] = typists.map(({ text }) => text);
  assert.equal(anna, ben, "the typists' texts differ");
  const edits = typists.reduce((sum, typist) => sum + typist.edits, 0);
  for (const typist of typists) typist.leave();
  await until(() => scene.rooms.size === 0, { timeoutMs: 60_000 });
  await assertKept(scene, anna ?? "");
  return { ...attack, edits };
}

interface Attack {
  readonly scene: Scene;
  readonly random: Random;
  readonly frames: number;
  readonly onProgress: (sent: number) => void;
}

async function attackBeside(
  typists: readonly Typist[],
  { scene, random, frames, onProgress }: Attack,
): Promise<Pick<BombardmentReport, "ended" | "longestTurn">> {
  const real = realFrames(random);
  let [ended, longestTurn, turnBegan] = [0, 0, performance.now()];
  let attacker = await scene.enter();
  for (let sent = 0; sent < frames; sent++) {
    attacker.session.receive(hostileFrame(random, real));
    if (attacker.peer.closedWith !== undefined) {
      ended += 1;
      attacker = await scene.enter();
    }
    if (sent % AT_ONCE > 0) continue;
    random.pick(typists).type(random);
    await new Promise(setImmediate);
    longestTurn = Math.max(longestTurn, performance.now() - turnBegan);
    if (sent % 1000 === 0) {
      await settle(typists);
      onProgress(sent);
    }
    turnBegan = performance.now();
  }
  attacker.session.close();
  return { ended, longestTurn };
}

/** Nothing of the honest is lost or late without end. */
async function settle(typists: readonly Typist[]): Promise<void> {
  await until(() => typists.every(({ isSaved, closedWith }) => isSaved || closedWith), {
    what: "every edit of the typists is acknowledged",
    timeoutMs: 60_000,
  });
  for (const { closedWith } of typists) assert.equal(closedWith, undefined, "a typist was closed");
}

/** What the typists wrote is there for somebody who opens the document anew. */
async function assertKept(scene: Scene, text: string): Promise<void> {
  const reader = await new Typist().enter(scene);
  await until(() => reader.text === text, { what: "a newcomer gets the typists' text" });
  reader.leave();
  await until(() => scene.rooms.size === 0, { timeoutMs: 60_000 });
}

async function heapInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  // What is finalized in one round lets go of more in the next.
  for (let round = 0; round < 5; round++) {
    await new Promise(setImmediate);
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
