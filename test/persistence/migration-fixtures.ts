/** Data folders with something of everything, and all that there is in one to be compared. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import type { RowReader, RowWriter } from "../../persistence/document-rows.ts";
import { type Migrated, migrate } from "../../persistence/migration.ts";
import { readPostgresRows, writePostgresRows } from "../../persistence/postgres/document-rows.ts";
import { readSqliteRows, writeSqliteRows } from "../../persistence/sqlite/document-rows.ts";
import type { Store } from "../../persistence/store.ts";
import { CREATED_AT, entries, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { history, updatesOf } from "../helpers/histories.ts";
import type { Scope } from "../helpers/scope.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { stateOf } from "./command.ts";
import { appendAsRows, logOf, openStore, read, tamper } from "./sqlite-fixtures.ts";

/** Documents of `fullFolder`, in the order of their creation; `gone` was purged. */
export const FULL_IDS = ["small", "packed", "large", "written", "trash", "told", "empty", "last"];

/** A document of each kind, with all that a store keeps of documents. */
export async function fullFolder(t: Scope): Promise<string> {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const [index, id] of ["gone", ...FULL_IDS].entries()) {
    const owner = newLink(`owner of ${id}`, 100 + index, { role: "owner" });
    await store.create(newDocument(id, { createdAt: CREATED_AT + index, links: [owner] }));
  }
  await fillLogs(store);
  await fillLinks(store);
  await fillWebhooks(store);
  await store.setDeleted("trash", CREATED_AT + 5000);
  await store.acceptLoss("large", 3);
  for (const name of ["claims", "creations"]) await store.secret(name);
  await store.setDeleted("gone", 1);
  await store.purge("gone", 2);
  await store.close();
  tamper(dataDir, "UPDATE documents SET epoch = 3 WHERE id = 'packed'");
  await fillAttachments(dataDir);
  return dataDir;
}

async function fillLogs(store: Store): Promise<void> {
  await store.append(entries("gone", typing("gone")));
  await store.append(entries("small", typing("Grüße, 世界 🙂")));
  await appendAsRows(store, entries("packed", typing("x".repeat(1300))));
  await store.compact("packed", 1300);
  // A run jumps over an update that is too large for one.
  const sizes = [200_000, 200_000, 700_000, ...Array.from({ length: 300 }, () => 400), 5_000_000];
  const large = sizes.map((size, index) => stateOf("x".repeat(size), index + 1));
  await appendAsRows(store, entries("large", large));
  await store.compact("large", 303);
  const recorded = history("sveltecomponent");
  const written = recorded ? updatesOf(recorded).slice(0, 5000) : typing("no history ".repeat(50));
  await store.append(entries("written", written));
  await store.compact("written", Math.floor(written.length / 2));
  await store.append(entries("last", typing("the end")));
}

async function fillLinks(store: Store): Promise<void> {
  const limits = { expiresAt: CREATED_AT + 9, password: "a hash", maxUses: 3 };
  await store.addLink(
    "small",
    newLink("limited", 1, { ...limits, label: "Für die „Presse“ 新聞" }),
  );
  await store.addLink("small", newLink("revoked", 2));
  await store.addLink("packed", newLink("claimed", 3, { maxUses: 9 }));
  await store.changeLink("small", "revoked", { revokedAt: CREATED_AT + 4 });
  for (const hash of [11, 12, 13]) {
    const tokenHash = new Uint8Array(32).fill(hash);
    await store.claimLink({ linkId: "claimed", tokenHash, at: CREATED_AT + hash });
  }
  await store.changeLink("packed", "claimed", { password: "another hash" });
  const tokenHash = new Uint8Array(32).fill(14);
  await store.claimLink({ linkId: "claimed", tokenHash, at: CREATED_AT + 14 });
  await store.countUses([{ linkId: "limited", count: 7, at: CREATED_AT + 20 }]);
}

async function fillWebhooks(store: Store): Promise<void> {
  const url = "https://example.org/hook?of=üñí";
  for (const id of ["hook", "other hook"]) {
    const events = ["document.updated", "document.deleted"];
    const webhook = { id, url, events, secret: "whsec", origin: "http://o", createdAt: CREATED_AT };
    await store.addWebhook("told", webhook, 5);
  }
  const news = { toldSeq: 0, toldDeletedAt: null, seq: 1, deletedAt: null };
  const deliveries = ["first", "second"].map((id) => {
    return { id, event: id, at: CREATED_AT, body: '{"text":"“quoted”"}' };
  });
  await store.append(entries("told", typing("t")));
  await store.tellWebhooks([{ webhookId: "hook", ...news, deliveries }], []);
  const attempt = { at: CREATED_AT, status: 500, error: null, milliseconds: 3, answer: "no\0" };
  await store.settleDelivery({
    deliveryId: "first",
    webhookId: "hook",
    attempts: [attempt],
    nextAt: CREATED_AT + 60_000,
    failures: 1,
    restUntil: CREATED_AT + 30_000,
    disabledAt: null,
  });
}

/** Two of one document, one of them shared with another, and one that is larger than a piece. */
async function fillAttachments(dataDir: string): Promise<void> {
  const attachments = await openAttachmentFiles(dataDir);
  const contents: [string, number, number][] = [
    ["small", 100, 1],
    ["small", 900_000, 2],
    ["last", 100, 1],
  ];
  for (const [id, size, byte] of contents) {
    const incoming = await attachments.receive(once(new Uint8Array(size).fill(byte)));
    await incoming.keep(id, "png", 1e9);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const TABLES = ["documents", "links", "claims", "secrets", "snapshots", "webhooks", "deliveries"];

/** Every row of every table, the logs however they are packed, and every file of attachments. */
export function everythingIn(dataDir: string): Record<string, unknown> {
  const rows = TABLES.map((table) => [table, read(dataDir, `SELECT * FROM ${table} ORDER BY 1`)]);
  const ids = read(dataDir, "SELECT id FROM documents ORDER BY key").flat() as string[];
  const logs = ids.map((id) => [`log of ${id}`, logOf(dataDir, id)]);
  const root = join(dataDir, "attachments");
  const files = (existsSync(root) ? readdirSync(root) : []).flatMap((id) =>
    readdirSync(join(root, id)).map((name) => [
      `${id}/${name}`,
      readFileSync(join(root, id, name)),
    ]),
  );
  return Object.fromEntries([...rows, ...logs, ...files]) as Record<string, unknown>;
}

/** To Postgres. */
export async function moveThere(dataDir: string, databaseUrl: string): Promise<Migrated> {
  return move(await readSqliteRows(dataDir), () => writePostgresRows(databaseUrl));
}

/** From there. */
export async function moveBack(databaseUrl: string, dataDir: string): Promise<Migrated> {
  return move(await readPostgresRows(databaseUrl), () => writeSqliteRows(dataDir));
}

async function move(source: RowReader, openTarget: () => Promise<RowWriter>): Promise<Migrated> {
  let target: RowWriter | undefined;
  try {
    target = await openTarget();
    return await migrate({ source, target });
  } finally {
    await target?.close();
    await source.close();
  }
}
