/**
 * Documents as a server stored them, with bytes of their rows changed behind its
 * back: how another server opens them. With the checksum made right again what was
 * changed reaches Yjs, with counts and lengths that lie.
 */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import Sqlite from "better-sqlite3";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { randomFrom, type Random } from "../helpers/random.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import type { Scope } from "../helpers/scope.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";
import { databaseIn } from "../persistence/sqlite-fixtures.ts";
import { mutated } from "./hostile-frames.ts";

/** What the snapshot holds, and what follows it. */
const UPDATES = { before: 120, after: 20 };

export interface StoredDamageReport {
  readonly served: number;
  readonly refused: number;
  /** Longest time until an answer came, in milliseconds. */
  readonly slowest: number;
}

/** @throws when a document is neither served nor refused, or one that was not damaged has changed. */
export async function storedDamage(
  scope: Scope,
  { documents, seed }: { readonly documents: number; readonly seed: number },
): Promise<StoredDamageReport> {
  const random = randomFrom(seed);
  const { dataDir, whole, text } = await storedDocument(scope);
  const copies = await emptyDocuments(scope, dataDir, documents);
  damage(dataDir, { whole, copies, random });
  const server = await startServer(scope, { dataDir, env: UNLIMITED });
  const report = { served: 0, refused: 0, slowest: 0 };
  for (const copy of copies) {
    const began = performance.now();
    report[await opened(scope, server, copy)] += 1;
    report.slowest = Math.max(report.slowest, performance.now() - began);
  }
  assert.equal(await exportText(server, whole), text, "a document that was not damaged");
  await server.close();
  return report;
}

/** A document with a snapshot and updates after it, written through two runs of a server. */
async function storedDocument(scope: Scope) {
  const doc = new Y.Doc();
  const text = doc.getText(CONTENT);
  const updates = typing("some words ".repeat(20).slice(0, UPDATES.before - 4), doc);
  doc.on("update", (update: Uint8Array) => updates.push(update));
  text.delete(20, 30);
  text.format(2, 5, { bold: true });
  doc.getMap("meta").set("title", "a title");
  doc.getMap("meta").set("nested", new Y.Map<unknown>([["list", new Y.Array()]]));
  for (let n = 0; n < UPDATES.after; n++) text.insert(n * 3, "🪶");
  const before = await startServer(scope);
  const whole = await createDocument(before);
  await write(scope, before, whole, updates.slice(0, UPDATES.before));
  await before.close();
  const store = await openSqliteStore({ dataDir: before.dataDir });
  await store.compact(whole.id, UPDATES.before);
  await store.close();
  const after = await startServer(scope, { dataDir: before.dataDir });
  await write(scope, after, whole, updates.slice(UPDATES.before));
  await after.close();
  return { dataDir: before.dataDir, whole, text: text.toString() };
}

/** A few at a time, so that each is stored as a row. */
async function write(
  scope: Scope,
  server: TestServer,
  { id, editToken }: TestDocument,
  updates: readonly Uint8Array[],
): Promise<void> {
  const client = await rawClient(scope, server, id, `token=${editToken}&ack=1`);
  for (const [index, update] of updates.entries()) {
    client.send({ type: "update", update });
    const sent = index + 1;
    if (sent % 10 > 0 && sent < updates.length) continue;
    await until(async () => (await client.next("acknowledgement")).count === sent);
  }
}

async function emptyDocuments(
  scope: Scope,
  dataDir: string,
  count: number,
): Promise<TestDocument[]> {
  const server = await startServer(scope, { dataDir, env: UNLIMITED });
  const created: TestDocument[] = [];
  while (created.length < count) created.push(await createDocument(server));
  await server.close();
  return created;
}

interface Plan {
  readonly whole: TestDocument;
  readonly copies: readonly TestDocument[];
  readonly random: Random;
}

/** Gives each copy all rows of the whole document, and changes one of them. */
function damage(dataDir: string, { whole, copies, random }: Plan): void {
  const database = new Sqlite(databaseIn(dataDir));
  const keyOf = database
    .prepare<[string], number>("SELECT key FROM documents WHERE id = ?")
    .pluck();
  const from = keyOf.get(whole.id);
  database.transaction(() => {
    for (const { id } of copies) {
      const to = keyOf.get(id);
      database
        .prepare(
          `INSERT INTO updates SELECT ?, seq, author, at, checksum, bytes FROM updates WHERE document = ?`,
        )
        .run(to, from);
      database
        .prepare(
          "INSERT INTO snapshots SELECT ?, seq, checksum, bytes FROM snapshots WHERE document = ?",
        )
        .run(to, from);
      const isSnapshot = random.int(2) === 0;
      const seq = isSnapshot ? UPDATES.before : UPDATES.before + 1 + random.int(UPDATES.after);
      change(
        database,
        `${isSnapshot ? "snapshots" : "updates"} WHERE document = ${to} AND seq = ${seq}`,
        random,
      );
    }
  })();
  database.close();
}

function change(database: Sqlite.Database, row: string, random: Random): void {
  const [table = "", where = ""] = row.split(" WHERE ");
  const bytes = database.prepare<[], Buffer>(`SELECT bytes FROM ${row}`).pluck().get();
  assert.ok(bytes, `there is no row in ${row}`);
  const changed = mutated(bytes, random, 1 + random.int(4));
  const isCut = random.int(5) === 0;
  const left = isCut ? changed.subarray(0, random.int(changed.length)) : changed;
  const checksum = random.int(4) === 0 ? crc32(bytes) : crc32(left);
  database
    .prepare(`UPDATE ${table} SET bytes = ?, checksum = ? WHERE ${where}`)
    .run(left, checksum);
}

/** Over HTTP and over a WebSocket alike. */
async function opened(
  scope: Scope,
  server: TestServer,
  { id, ownerToken, editToken }: TestDocument,
): Promise<"served" | "refused"> {
  const headers = { Authorization: `Bearer ${ownerToken}` };
  const { status } = await fetch(`${server.url}/api/documents/${id}/export?format=txt`, {
    headers,
  });
  assert.ok(status === 200 || status === 503, `the export answered ${status}`);
  const client = await rawClient(scope, server, id, `token=${editToken}`);
  client.send({ type: "step1", stateVector: new Uint8Array([0]) });
  await until(() => client.closed ?? client.frames.some(({ type }) => type === "step2"));
  assert.equal(client.closed?.code, status === 200 ? undefined : 1013);
  client.socket.terminate();
  return status === 200 ? "served" : "refused";
}
