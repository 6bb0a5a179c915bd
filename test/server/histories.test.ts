import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import {
  applyPatches,
  type AuthoredUpdate,
  authoredUpdates,
  type History,
  history,
} from "../helpers/histories.ts";
import { createDocument, exportText, startServer } from "../helpers/server.ts";
import { type StockClient, syncedClient } from "../helpers/stock-client.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";

/** One stock client for each author, all writing at once; each waits only for what its next edit builds on. */
async function replay(updates: readonly AuthoredUpdate[], authors: readonly StockClient[]) {
  await Promise.all(
    authors.map(async ({ doc }, agent) => {
      for (const [index, { update, ...own }] of updates.entries()) {
        if (own.agent !== agent) continue;
        await until(() => hasSeen(doc, own.seen), {
          what: `author ${agent} has seen what transaction ${index} builds on`,
        });
        Y.applyUpdate(doc, update);
      }
    }),
  );
}

/** Deletions aside: an edit can be integrated without those. */
function hasSeen(doc: Y.Doc, seen: AuthoredUpdate["seen"]): boolean {
  return [...seen].every(([client, clock]) => Y.getState(doc.store, client) >= clock);
}

function found(t: TestContext, name: string): History | undefined {
  const given = history(name);
  if (!given) t.diagnostic(`the history "${name}" is not on this machine; nothing was replayed`);
  return given;
}

test("[V4] three people's real history, replayed by stock clients, ends equal, twice with a restart between", async (t) => {
  const given = found(t, "clownschool");
  if (!given) return;
  const updates = authoredUpdates(given);
  let server = await startServer(t, { env: UNLIMITED });
  for (let run = 0; run < 2; run++) {
    const document = await createDocument(server);
    const authors: StockClient[] = [];
    for (let agent = 0; agent < given.numAgents; agent++) {
      authors.push(await syncedClient(t, server, document));
    }
    await replay(updates, authors);
    await until(() => authors.every(({ text }) => text.toString() === given.endContent), {
      what: "all authors end at the recorded text",
    });
    assert.equal(await exportText(server, document), given.endContent);
    for (const author of authors) author.destroy();
    await server.close();
    server = await startServer(t, { dataDir: server.dataDir, env: UNLIMITED });
    assert.equal(await exportText(server, document), given.endContent);
  }
});

for (const name of ["sveltecomponent", "rustcode"]) {
  test(`[V5] one author's real history (${name}) ends at the recorded text, for a reader and after a restart`, async (t) => {
    const given = found(t, name);
    if (!given) return;
    const server = await startServer(t, { env: UNLIMITED });
    const document = await createDocument(server);
    const author = await syncedClient(t, server, document);
    const reader = await syncedClient(t, server, document, { version: 2 });
    for (const [index, { patches }] of given.txns.entries()) {
      author.doc.transact(() => applyPatches(author.text, patches));
      if (index % 500 === 0) await new Promise(setImmediate);
    }
    await until(() => reader.text.toString() === given.endContent, { timeoutMs: 30_000 });
    assert.equal(await exportText(server, document), given.endContent);
    await server.close();
    const again = await startServer(t, { dataDir: server.dataDir, env: UNLIMITED });
    assert.equal(await exportText(again, document), given.endContent);
  });
}
