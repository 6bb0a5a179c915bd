/**
 * A process of its own with a store in it, for the test to kill. `hold <folder>` keeps
 * the store open; `append <folder>` also adds entries without end, `compact <folder>` adds
 * many at a time and compacts them. Prints `open`, then the number of each entry that was
 * promised to be on disk (the last one of many), or `refused <code>`.
 */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import type { Store } from "../../persistence/store.ts";
import { StoreError } from "../../persistence/store-error.ts";
import { entries, entry, newDocument, typing } from "../contract/sample-documents.ts";
import { killedUpdate } from "./killed-process.ts";

/** Synchronous, so that nothing said is lost with the process. */
function say(line: string | number): void {
  writeSync(process.stdout.fd, `${line}\n`);
}

/** Three appends are always under way, so that the kill hits one in the middle. */
async function appendWithoutEnd(store: Store): Promise<never> {
  await store.create(newDocument("a"));
  const underWay: Promise<void>[] = [];
  for (let seq = 1; ; seq += 1) {
    underWay.push(store.append([entry("a", seq, killedUpdate(seq))]).then(() => say(seq)));
    if (underWay.length > 3) await underWay.shift();
  }
}

/** Each round has several runs to pack. */
async function compactWithoutEnd(store: Store): Promise<never> {
  if (!(await store.find("a"))) await store.create(newDocument("a"));
  let seq = (await store.load("a"))?.seq ?? 0;
  for (;;) {
    const updates = typing("x".repeat(3000));
    await store.append(entries("a", updates, seq + 1));
    seq += updates.length;
    say(seq);
    await store.compact("a", seq);
  }
}

const [mode, dataDir = ""] = process.argv.slice(2);
try {
  const store = await openSqliteStore({ dataDir, commitIntervalMs: 1 });
  say("open");
  if (mode === "append") await appendWithoutEnd(store);
  if (mode === "compact") await compactWithoutEnd(store);
} catch (error) {
  say(`refused ${error instanceof StoreError ? error.code : String(error)}`);
}
