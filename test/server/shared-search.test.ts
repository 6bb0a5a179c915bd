/** Searching all documents on any of several nodes: one index in Postgres, read in by whichever notices. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { pino } from "pino";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { prepareDatabase } from "../../persistence/postgres/connection.ts";
import { Database } from "../../persistence/postgres/database.ts";
import { prepareSearch } from "../../persistence/postgres/search-preparation.ts";
import { SearchTable } from "../../persistence/postgres/search-table.ts";
import { sharedSearch } from "../../server/search/search-home.ts";
import { newDocument } from "../contract/sample-documents.ts";
import { searchContract } from "../contract/search-contract.ts";
import { ADMIN_TOKEN, adminCall, idsOf } from "../helpers/admin.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { createDocument, type TestServerOptions } from "../helpers/server.ts";
import { sharedServer } from "../helpers/shared-server.ts";
import { until } from "../helpers/until.ts";
import { write } from "../helpers/webhooks.ts";
import { ask, openStore } from "../persistence/postgres-fixtures.ts";

const postgres = await startPostgres({ after });

const ENV = { ADMIN_TOKEN, MAX_CREATES_PER_MINUTE: "0" };

function node(t: TestContext, databaseUrl: string, options: TestServerOptions = {}) {
  return sharedServer(t, { env: ENV, ...options, postgres: { databaseUrl } });
}

function entriesIn(databaseUrl: string) {
  return ask<{ id: string; text: string }>(
    databaseUrl,
    "SELECT id, text FROM search_entries JOIN documents ON key = document ORDER BY key",
  );
}

function hasTrigrams(databaseUrl: string) {
  const sql = "SELECT to_regclass('search_trigrams') IS NOT NULL AS there";
  return ask<{ there: boolean }>(databaseUrl, sql).then(([found]) => found?.there);
}

searchContract("postgres", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const server = await node(t, databaseUrl);
  await until(() => hasTrigrams(databaseUrl));
  return server;
});

/** Its user may create no extension, as with many who host databases. */
async function withoutTrigrams(): Promise<string> {
  const databaseUrl = await postgres.createDatabase();
  const name = new URL(databaseUrl).pathname.slice(1);
  await ask(databaseUrl, `REVOKE CREATE ON DATABASE ${name} FROM ${new URL(databaseUrl).username}`);
  return databaseUrl;
}

searchContract("postgres without pg_trgm", async (t) => node(t, await withoutTrigrams()));

test("[Y51] where Postgres has no pg_trgm that is said once, and every text is read", async (t) => {
  const databaseUrl = await withoutTrigrams();
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(line) });
  const server = await node(t, databaseUrl, { logger });
  const { id } = await createDocument(server, { content: "a needle in a haystack" });
  for (let n = 0; n < 3; n++) assert.deepEqual(await idsOf(server, "eedl"), [id]);
  assert.equal(await hasTrigrams(databaseUrl), false);
  assert.equal(lines.filter((line) => line.includes("pg_trgm")).length, 1);
});

test("[Y52] what one node reads in is found by all, and an edit on any of them seconds later", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [here, there] = [await node(t, databaseUrl), await node(t, databaseUrl)];
  const document = await createDocument(here, { content: "made here" });
  await until(async () => (await idsOf(there, "made")).includes(document.id));
  await write(t, there, document, "written there ");
  await until(async () => (await idsOf(here, "written")).includes(document.id));
});

test("[Y53] what nobody has read in is found by comparing, also between starts", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  const search = { ...sharedSearch({ databaseUrl, nodeId: "test" }), compareMs: 50 };
  const server = await node(t, databaseUrl, { search });
  const update = writing("orphaned words");
  // As a node leaves it that is killed before it has read it in: no other notices.
  await store.create(newDocument("unnoticed", { first: { author: "creation", update } }));
  await until(async () => (await entriesIn(databaseUrl)).length === 1);
  await store.append([{ documentId: "unnoticed", author: "a", at: 1, update: writing("more ") }]);
  await until(async () => (await entriesIn(databaseUrl))[0]?.text.includes("more"));
  assert.deepEqual(await idsOf(server, "orphaned"), ["unnoticed"]);
});

/** One update that writes a text. */
function writing(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

/** Two nodes, each with its own connections, and a document. */
async function tables(t: TestContext) {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("doc"));
  await prepareDatabase({ databaseUrl, nodeId: "test" }, () => undefined);
  const databases = [1, 2].map(() => new Database({ databaseUrl, nodeId: "test" }, 2));
  t.after(() => Promise.all(databases.map((database) => database.close())));
  const [here, there] = databases.map((database) => new SearchTable(database));
  assert.ok(here && there);
  return { here, there, store, databaseUrl };
}

function entry(seq: number, text = `text of ${seq}`) {
  return {
    id: "doc",
    place: 1,
    seq,
    title: "Title",
    text,
    bytes: text.length,
    folded: `title\n${text}`,
  };
}

test("[Y54] of what nodes read in at once the newest stays", async (t) => {
  const { here, there, databaseUrl } = await tables(t);
  const seqs = [3, 9, 1, 7, 2, 8, 4, 6, 5];
  await Promise.all(seqs.map((seq) => (seq % 2 === 0 ? here : there).put(entry(seq))));
  await here.put(entry(8, "older"));
  assert.deepEqual(await entriesIn(databaseUrl), [{ id: "doc", text: "text of 9" }]);
});

test("[Y55] what was purged is in the index no more, also when a node was just reading it in", async (t) => {
  const { here, there, store, databaseUrl } = await tables(t);
  await here.put(entry(1));
  await store.setDeleted("doc", 1);
  const late = Array.from({ length: 20 }, (_, n) => there.put(entry(2 + n)));
  assert.equal(await store.purge("doc", 2), true);
  await Promise.all(late);
  await there.put(entry(99));
  assert.deepEqual(await ask(databaseUrl, "SELECT * FROM search_entries"), []);
});

test("[Y56] a purge on one node is gone for all, and a node without an admin token leaves no index", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const [here, there] = [await node(t, databaseUrl), await node(t, databaseUrl)];
  const gone = await createDocument(here, { content: "vanishing" });
  const kept = await createDocument(there, { content: "staying" });
  await until(async () => (await entriesIn(databaseUrl)).length === 2);
  await adminCall(there, `/documents/${gone.id}?purge=true`, { method: "DELETE" });
  assert.deepEqual(await idsOf(here, "ing"), [kept.id]);
  await Promise.all([here.close(), there.close()]);
  await node(t, databaseUrl, { env: {} });
  await until(async () => (await entriesIn(databaseUrl)).length === 0);
});

/** Many documents, of which some hold other words than others; each holds "common". */
const FILL = `WITH made AS (
    INSERT INTO documents (id, created_at, updated_at)
    SELECT 'document ' || n, 0, 0 FROM generate_series(1, $1) n RETURNING key)
  INSERT INTO search_entries (document, seq, title, bytes, text, folded)
  SELECT key, 1, '', 0, '', 'common' || CASE WHEN key % 7 = 0 THEN ' seventh' ELSE '' END
    || CASE WHEN key % 500 = 1 THEN ' xy' ELSE '' END
    || CASE WHEN key IN (5, 190, 1199) THEN ' the_rare%word' ELSE '' END FROM made`;

test("[Y38] among thousands of documents all that hold the words are found, the newest first, page by page", async (t) => {
  const count = 1200;
  const all = Array.from({ length: count }, (_, n) => count - n);
  const expected: [words: string[], places: number[]][] = [
    [["common"], all],
    [["ommo", "seventh"], all.filter((n) => n % 7 === 0)],
    [["xy"], all.filter((n) => n % 500 === 1)],
    [["rare%w"], [1199, 190, 5]],
    [["the_rare", "eventh"], []],
    [["therare"], []],
  ];
  const { here, databaseUrl } = await tables(t);
  await ask(databaseUrl, "DELETE FROM documents");
  await ask(databaseUrl, "ALTER TABLE documents ALTER key RESTART");
  await ask(databaseUrl, FILL, [count]);
  const found = async (words: readonly string[]) => {
    const places: number[] = [];
    for (let before = count + 1; ; before = places.at(-1) ?? 0) {
      const already = places.length;
      for await (const { place } of here.find({ words, before, most: 400 })) places.push(place);
      if (places.length < already + 400) return places;
    }
  };
  for (const round of ["without trigrams", "with"]) {
    for (const [words, places] of expected) {
      assert.deepEqual(await found(words), places, `${words.join(" ")} ${round}`);
    }
    const address = { databaseUrl, nodeId: "test" };
    assert.equal(await prepareSearch(address, new AbortController().signal), true);
  }
});
