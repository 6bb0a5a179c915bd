/** Which appends share a commit. Nothing here measures time. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { GroupCommit } from "../../persistence/group-commit.ts";
import type { Entry } from "../../persistence/store.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { entry, newDocument, rejection } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { databaseIn, openStore } from "./sqlite-fixtures.ts";

const AN_HOUR = 3_600_000;

/** A disk that finishes a commit when told to. */
class SlowDisk {
  /** What the updates in each commit begin with, in the order the commits began. */
  readonly commits: number[][] = [];
  readonly #finish: (() => void)[] = [];

  readonly commit = (group: readonly (readonly Entry[])[]) => {
    const numbers = group.map((batch) => batch.map(({ update: [first = 0] }) => first));
    this.commits.push(numbers.flat());
    return new Promise<number[][]>((resolve) => this.#finish.push(() => resolve(numbers)));
  };

  finish(): void {
    this.#finish.shift()?.();
  }

  async began(count: number): Promise<void> {
    await until(() => this.commits.length === count, { what: `commit ${count} began` });
  }
}

/** Enough turns of the event loop for whatever does not wait for a timer. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}

const batch = (seq: number) => [entry("a", seq, Uint8Array.of(seq))];

test("[P35] what is appended while a commit is under way shares the next one", async () => {
  const disk = new SlowDisk();
  const commits = new GroupCommit(disk.commit, 0);
  const appended = [commits.add(batch(1))];
  await disk.began(1);
  appended.push(commits.add(batch(2)), commits.add(batch(3)), commits.add(batch(4)));
  disk.finish();
  await disk.began(2);
  disk.finish();
  assert.deepEqual(await Promise.all(appended), [[1], [2], [3], [4]]);
  assert.deepEqual(disk.commits, [[1], [2, 3, 4]]);
});

test("[P36] after a pause a batch is committed at once, after a commit it waits for others", async () => {
  const disk = new SlowDisk();
  const commits = new GroupCommit(disk.commit, AN_HOUR);
  const appended = [commits.add(batch(1))];
  await disk.began(1);
  disk.finish();
  await appended[0];
  appended.push(commits.add(batch(2)), commits.add(batch(3)));
  await someTurns();
  assert.deepEqual(disk.commits, [[1]]);
  const flushed = commits.flush();
  await disk.began(2);
  disk.finish();
  await Promise.all([...appended, flushed]);
  assert.deepEqual(disk.commits, [[1], [2, 3]]);
});

test("[P37] a commit that fails rejects its batches alone, and the next one is tried", async () => {
  const full = new StoreError("full", "no space left");
  let isFull = true;
  const commits = new GroupCommit(async () => {
    if (isFull) throw full;
    return [];
  }, 0);
  await Promise.all([1, 2].map((seq) => rejection(commits.add(batch(seq)), "full")));
  isFull = false;
  await commits.add(batch(1));
});

test("[P38] appends of one moment cost one commit on the disk", async (t) => {
  const dataDir = await temporaryFolder(t);
  const groups: number[] = [];
  const store = await openStore(t, { dataDir, onCommit: (batches) => groups.push(batches) });
  const ids = Array.from({ length: 20 }, (_, index) => `document ${index}`);
  for (const id of ids) await store.create(newDocument(id));
  const before = commitsInLog(dataDir);
  await Promise.all(ids.map((id) => store.append([entry(id, 1, Uint8Array.of(1))])));
  assert.equal(commitsInLog(dataDir) - before, 1);
  assert.deepEqual(groups, [20]);
});

/**
 * Transactions in the write-ahead log. Each frame has a header of 24 bytes, whose second
 * number is not 0 in the frame that ends a transaction: https://sqlite.org/walformat.html
 */
function commitsInLog(dataDir: string): number {
  const log = readFileSync(`${databaseIn(dataDir)}-wal`);
  const frameLength = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameLength <= log.length; at += frameLength) {
    if (log.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}
