/** Verify finds what is wrong, names it, and finds nothing where nothing is. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Sqlite from "better-sqlite3";
import { progressOn } from "../../persistence/progress.ts";
import { encodeRun } from "../../persistence/run.ts";
import { entries, newDocument, typing } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import {
  command,
  type Outcome,
  packedFolder,
  sampleFolder,
  stateOf,
  withChecksum,
} from "./command.ts";
import { databaseIn, openStore, tamper } from "./sqlite-fixtures.ts";

test("[B6] verify passes a sound database, beside a running store too, and counts what it read", async (t) => {
  const dataDir = await sampleFolder(t);
  const counts = "3 documents, 22 updates, 1 snapshots, 0 attachments, 0 problems.";
  const stopped = await command(t, dataDir, "verify");
  assert.deepEqual(stopped, {
    code: 0,
    stdout: `Verified ${databaseIn(dataDir)}: ${counts}`,
    stderr: [1, 2, 3].map((done) => `${done} of 3 documents verified`).join("\n"),
  });
  const store = await openStore(t, { dataDir });
  const [waits = new Uint8Array(), ...later] = typing(
    "what waits for its predecessor",
  ).toReversed();
  await store.create(newDocument("d"));
  await store.append(entries("d", [waits, ...later.slice(0, 3)]));
  await store.compact("d", 2);
  assert.deepEqual(await command(t, dataDir, "verify", "--json"), {
    code: 0,
    stdout: JSON.stringify({
      path: databaseIn(dataDir),
      documents: 4,
      updates: 26,
      snapshots: 2,
      attachments: 0,
      problems: [],
    }),
    stderr: "",
  });
});

const other = stateOf("hello world?", 1);
const lost = "DELETE FROM updates WHERE document =";

const DAMAGE: [what: string, sql: string, ...said: string[]][] = [
  [
    "a row in the middle that is gone",
    `${lost} 1 AND seq = 6; ${lost} 2 AND seq IN (3, 4)`,
    "document a, update 6: is missing",
    "document b, updates 3 to 4: are missing",
  ],
  ["a first row that is gone", `${lost} 1 AND seq = 1`, "document a, update 1: is missing"],
  [
    "a log that ends before its snapshot",
    `${lost} 1 AND seq > 2`,
    "document a, updates 3 to 4: are missing",
  ],
  [
    "rows that do not match their checksums",
    "UPDATE updates SET checksum = 1 WHERE seq = 7; UPDATE snapshots SET checksum = 1",
    "document a, snapshot 4: does not match its checksum",
    "document a, update 7: does not match its checksum",
    "document b, update 7: does not match its checksum",
  ],
  [
    "rows that do not apply",
    `UPDATE updates SET ${withChecksum(Uint8Array.of(1, 1, 255, 255))} WHERE seq IN (5, 9) AND document = 2`,
    "document b, update 5: does not apply: ",
    "document b, update 9: does not apply: ",
  ],
  [
    "a snapshot that does not apply",
    `UPDATE snapshots SET ${withChecksum(Uint8Array.of(9))}`,
    "document a, snapshot 4: does not apply: ",
  ],
];

for (const [what, sql, ...said] of DAMAGE) {
  test(`[B7] verify names document and row of ${what}`, async (t) => {
    const dataDir = await sampleFolder(t);
    tamper(dataDir, sql);
    assertFound(await command(t, dataDir, "verify"), said);
  });
}

test("[B8] verify finds one flipped bit in the file", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a", { first: { author: "x", update: stateOf("a word", 1) } }));
  await store.close();
  const file = await readFile(databaseIn(dataDir));
  const at = file.indexOf("a word");
  assert.ok(at > 0);
  file.writeUInt8(file.readUInt8(at) ^ 1, at);
  await writeFile(databaseIn(dataDir), file);
  const said = "document a, update 1: does not match its checksum";
  assertFound(await command(t, dataDir, "verify"), [said]);
});

test("[B9] verify finds a snapshot that is not what the log says", async (t) => {
  const dataDir = await sampleFolder(t);
  tamper(dataDir, `UPDATE snapshots SET ${withChecksum(other)}, seq = 11`);
  assertFound(await command(t, dataDir, "verify"), [
    "document a, snapshot 11: gives another state vector than the log",
    "document a, snapshot 11: gives another text than the log",
  ]);
  const [same, changed] = ["hello", "hallo"].map((text) => stateOf(text, 1));
  assert.ok(same && changed);
  const log = await logOf(t, same);
  tamper(log, `UPDATE snapshots SET ${withChecksum(changed)}`);
  const said = "document a, snapshot 1: gives another text than the log";
  assertFound(await command(t, log, "verify"), [said]);
});

test("[B10] verify finds what is wrong with the file as a whole, and rows that belong to nothing", async (t) => {
  const dataDir = await sampleFolder(t);
  tamper(dataDir, "PRAGMA foreign_keys = OFF; DELETE FROM documents WHERE id = 'b'");
  assertFound(await command(t, dataDir, "verify"), [
    "the file: 1 row(s) of links name none of documents",
    "the file: 11 row(s) of updates name none of documents",
  ]);
  const damaged = await sampleFolder(t);
  const file = await readFile(databaseIn(damaged));
  // The page of the index that finds a document by its id.
  file.fill(255, 4096 * 2, 4096 * 3);
  await writeFile(databaseIn(damaged), file);
  const { code, stdout } = await command(t, damaged, "verify");
  assert.equal(code, 1);
  assert.match(stdout, /^the file: /m);
});

test("[B21] verify names a run with a flipped bit, and says no more than that of what was in it", async (t) => {
  const dataDir = await packedFolder(t);
  const database = new Sqlite(databaseIn(dataDir));
  const bytes = database
    .prepare<[], Buffer>("SELECT bytes FROM runs WHERE first = 501")
    .pluck()
    .get();
  assert.ok(bytes);
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  database.prepare("UPDATE runs SET bytes = ? WHERE first = 501").run(bytes);
  database.close();
  const said = "document a, run 501 to 1000: does not match its checksum";
  assertFound(await command(t, dataDir, "verify"), [said]);
});

const [oneUpdate = new Uint8Array()] = typing("x");
const wrong = { seq: 1, author: 1, at: 0, checksum: 5, bytes: oneUpdate };

const RUN_DAMAGE: [what: string, sql: string, ...said: string[]][] = [
  ["is gone", "DELETE FROM runs WHERE first = 1", "document a, updates 1 to 500: are missing"],
  [
    "does not hold what it is named for",
    "UPDATE runs SET first = 2 WHERE first = 1",
    "document a, update 1: is missing",
    "document a, run 2 to 500: holds other updates",
  ],
  [
    "cannot be unpacked",
    `UPDATE runs SET ${withChecksum(Uint8Array.of(9))} WHERE first = 1`,
    "document a, run 1 to 500: cannot be unpacked: ",
  ],
  [
    "holds an update that does not match its checksum",
    `INSERT INTO documents (key, id, created_at) VALUES (9, 'b', 0);
    INSERT INTO runs VALUES (9, 1, 1, 0, x''); UPDATE runs SET ${withChecksum(encodeRun([wrong]))} WHERE document = 9`,
    "document b, update 1: does not match its checksum",
  ],
  [
    "holds what a row holds as well",
    "INSERT INTO updates SELECT 1, 7, author, at, checksum, bytes FROM updates WHERE seq = 1100",
    "document a, update 7: is there twice",
  ],
  [
    "names an author that is gone",
    `PRAGMA foreign_keys = OFF; UPDATE updates SET author = 1; DELETE FROM authors WHERE key > 2`,
    "document a, author 3: is missing",
  ],
];

for (const [what, sql, ...said] of RUN_DAMAGE) {
  test(`[B22] verify finds a run that ${what}`, async (t) => {
    const dataDir = await packedFolder(t);
    tamper(dataDir, sql);
    assertFound(await command(t, dataDir, "verify"), said);
  });
}

test("[B11] --json says the same for a program to read", async (t) => {
  const dataDir = await sampleFolder(t);
  tamper(dataDir, `${lost} 1 AND seq = 6`);
  const { code, stdout, stderr } = await command(t, dataDir, "verify", "--json");
  assert.deepEqual([code, stderr], [1, ""]);
  assert.deepEqual(JSON.parse(stdout), {
    path: databaseIn(dataDir),
    documents: 3,
    updates: 21,
    snapshots: 1,
    attachments: 0,
    problems: [{ document: "a", row: "update 6", problem: "is missing" }],
  });
});

test("[B19] progress is a bar on a terminal, and a line at each tenth elsewhere", () => {
  assert.deepEqual(shown(false).slice(0, 2), ["100 of 1000 things\n", "200 of 1000 things\n"]);
  assert.equal(shown(false).length, 10);
  assert.equal(shown(true).length, 100);
  assert.equal(shown(true)[49], `\r\u001B[K${"█".repeat(15)}${"░".repeat(15)} 500 of 1000 things`);
  assert.equal(shown(true).at(-1), "\r\u001B[K");
});

/** What is written while a thousand things are done. */
function shown(isTTY: boolean): string[] {
  const texts: string[] = [];
  const onProgress = progressOn({ isTTY, write: (text) => texts.push(text) }, "things");
  for (let done = 0; done <= 1000; done += 1) onProgress(done, 1000);
  return texts;
}

/** These problems and no others, each a line that begins so, and then the summary. */
function assertFound({ code, stdout }: Outcome, said: readonly string[]): void {
  const lines = stdout.split("\n");
  assert.equal(code, 1, stdout);
  assert.equal(lines.length, said.length + 1, stdout);
  for (const [index, beginning] of said.entries()) {
    assert.equal(lines[index]?.slice(0, beginning.length), beginning);
  }
  assert.match(lines.at(-1) ?? "", new RegExp(`^Verified .*, ${said.length} problems\\.$`));
}

/** A folder whose document `a` has this one update and a snapshot of it. */
async function logOf(t: TestContext, update: Uint8Array): Promise<string> {
  const dataDir = join(await temporaryFolder(t), "data");
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a", { first: { author: "x", update } }));
  await store.compact("a", 1);
  await store.close();
  return dataDir;
}
