/** Searching all documents, and the index behind it: what is found, and that it keeps up with everything. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import type { AdminDocuments } from "#protocol/rest-admin.ts";
import { removeSearchFile } from "../../persistence/sqlite/search-file.ts";
import { fold, wordsOf } from "../../server/search/folding.ts";
import { snippetOf } from "../../server/search/snippet.ts";
import { searchContract } from "../contract/search-contract.ts";
import { ADMIN_TOKEN, adminCall, adminServer, idsOf, search } from "../helpers/admin.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { seeded } from "../helpers/random.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { write } from "../helpers/webhooks.ts";
import { flip, tamper } from "../persistence/sqlite-fixtures.ts";

/** What the index holds, looked at beside it; undefined while there is none. */
function indexed(dataDir: string): Map<string, string> | undefined {
  let database: Sqlite.Database | undefined;
  try {
    database = new Sqlite(join(dataDir, "search.sqlite"), { readonly: true });
    const rows = database.prepare<[], [string, string]>("SELECT id, text FROM entries").raw().all();
    return new Map(rows);
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

searchContract("sqlite", adminServer);

test("[O13] a snippet stands around the word, whatever folding has made of the text before it", (t) => {
  const random = seeded(t);
  const signs = ["ß", "ﬁ", "İ", "e\u0301", "한", "🦊", "\n", " ", "a", "Σ", "½", "\u0000", "中"];
  for (let round = 0; round < 500; round++) {
    const some = () => Array.from({ length: random.int(80) }, () => random.pick(signs)).join("");
    const text = `${some()}Wörd${some()}`;
    const shown = snippetOf({ text, folded: fold(`Title\n${text}`) }, wordsOf("WORD"));
    assert.ok(shown.includes("Wörd"), JSON.stringify([text, shown]));
  }
});

test("[O15] the index follows some seconds after the last edit, without being asked", async (t) => {
  const server = await adminServer(t);
  const document = await createDocument(server, { content: "made" });
  await until(() => indexed(server.dataDir)?.get(document.id) === "made");
  await write(t, server, document, "typed ");
  const text = await exportText(server, document);
  await until(() => indexed(server.dataDir)?.get(document.id) === text);
});

test("[O16] a server that is killed before an edit is in the index finds it after its next start", async (t) => {
  const dataDir = await temporaryFolder(t);
  const env = { ADMIN_TOKEN, MAX_CREATES_PER_MINUTE: "0" };
  const program = startMain(t, dataDir, env);
  const first = await addressOf(program);
  const known = await createDocument(first, { content: "old" });
  await until(() => indexed(dataDir)?.get(known.id) === "old");
  const made = await createDocument(first, { content: "brandnew" });
  await write(t, first, known, "unindexed ");
  program.child.kill("SIGKILL");
  await program.exited();
  assert.equal(indexed(dataDir)?.get(known.id), "old");
  const server = await addressOf(startMain(t, dataDir, env));
  const found = async (query: string, id: string) => (await idsOf(server, query)).includes(id);
  await until(() => found("unindexed", known.id));
  await until(() => found("brandnew", made.id));
});

test("[O17] an index that is damaged, of another version or gone is made anew, and harms nothing", async (t) => {
  const dataDir = await temporaryFolder(t);
  const file = join(dataDir, "search.sqlite");
  const first = await adminServer(t, { dataDir });
  const document = await createDocument(first, { content: "still here" });
  await until(() => indexed(dataDir)?.has(document.id));
  await first.close();
  const spoilt: (() => void)[] = [
    () => {
      removeSearchFile(file);
      writeFileSync(file, "this is no database ".repeat(500));
    },
    () => new Sqlite(file).exec("PRAGMA user_version = 99").close(),
    () => new Sqlite(file).exec("DELETE FROM entries; DELETE FROM trigrams").close(),
  ];
  for (const spoil of spoilt) {
    spoil();
    const server = await adminServer(t, { dataDir });
    await until(async () => {
      // What met the spoilt file is refused.
      const answer = await adminCall(server, "/documents?query=still");
      return answer.ok && ((await answer.json()) as AdminDocuments).documents.length === 1;
    });
    assert.equal(await exportText(server, document), "still here");
    await server.close();
  }
});

test("[O18] a damaged document is found by all that can be read of it", async (t) => {
  const first = await adminServer(t);
  const document = await createDocument(first);
  await write(t, first, document, "hello");
  await first.close();
  const { dataDir } = first;
  tamper(dataDir, `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 5`);
  removeSearchFile(join(dataDir, "search.sqlite"));
  const server = await adminServer(t, { dataDir });
  await until(async () => (await idsOf(server, "hell")).includes(document.id));
  assert.deepEqual(await idsOf(server, "hello"), []);
});

test("[O19] what was purged is in the index no more, also when its server was killed meanwhile", async (t) => {
  const server = await adminServer(t);
  const [gone, kept] = [
    await createDocument(server, { content: "vanishing" }),
    await createDocument(server, { content: "staying" }),
  ];
  assert.equal((await search(server, "ing")).length, 2);
  await adminCall(server, `/documents/${gone.id}?purge=true`, { method: "DELETE" });
  assert.deepEqual([...(indexed(server.dataDir)?.keys() ?? [])], [kept.id]);
  await server.close();
  // As if it had been killed between the two: the store has forgotten a document that the index has.
  tamper(server.dataDir, "PRAGMA foreign_keys = OFF; DELETE FROM documents");
  const later = await adminServer(t, { dataDir: server.dataDir });
  await until(() => indexed(later.dataDir)?.size === 0);
  assert.deepEqual(await search(later, "ing"), []);
});

test("[O20] without an admin token there is no index, and nothing is left of an older one", async (t) => {
  const server = await adminServer(t);
  const document = await createDocument(server, { content: "secret plans" });
  await until(() => indexed(server.dataDir)?.has(document.id));
  await server.close();
  const { dataDir } = server;
  const program = startMain(t, dataDir);
  const at = await addressOf(program);
  assert.equal(indexed(dataDir), undefined);
  await answered(call(at, `/${document.id}`, { token: document.ownerToken }));
});
