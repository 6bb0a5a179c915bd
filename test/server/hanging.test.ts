/** What a store that hangs must not lead to: half a text, a link that lives on, a server that does not end. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import Sqlite from "better-sqlite3";
import type { CreatedLink } from "#protocol/rest.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { breakingUpdates } from "../helpers/poison.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { databaseIn } from "../persistence/sqlite-fixtures.ts";

async function scene(t: TestContext, storeAnswerMs = 10_000) {
  const faulty = new FaultyStore();
  const server = await startServer(t, { store: faulty.store, storeAnswerMs });
  const document = await createDocument(server, { content: "text" });
  const enter = (token = document.editToken) =>
    rawClient(t, server, document.id, `token=${token}&ack=1`);
  return { faulty, server, document, enter };
}

test("[R31] who reads while a document is rebuilt in vain is told to come later, and gets nothing that is half applied", async (t) => {
  const { faulty, server, document, enter } = await scene(t, 2000);
  const hostile = await enter();
  await hostile.next("step1");
  const loads = faulty.calls.get("load") ?? 0;
  faulty.break("load", "never");
  for (const update of breakingUpdates()) hostile.send({ type: "update", update });
  await until(() => (faulty.calls.get("load") ?? 0) > loads);
  const token = document.ownerToken;
  await refused(call(server, `/${document.id}/export`, { token }), 503, "overload");
  assert.equal((await hostile.ended()).code, 1013);
});

test("[R32] a document that is still being opened when the server ends counts as nothing lost", async (t) => {
  const { faulty, server, enter } = await scene(t);
  faulty.break("load", "never");
  const waiting = await enter();
  await until(() => (faulty.calls.get("load") ?? 0) > 0);
  assert.equal(await server.close(), true);
  assert.equal((await waiting.ended()).code, 1012);
});

test(
  "[R32] the program ends within 10 s although its disk hangs, and its exit code says that edits were given up",
  { timeout: 60_000 },
  async (t) => {
    const dataDir = await temporaryFolder(t);
    const program = startMain(t, dataDir);
    const server = await addressOf(program);
    const document = await createDocument(server);
    const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
    await client.next("step1");
    // Whoever writes waits for this transaction: in SQLite, in the store's thread, where nobody can end it.
    const other = new Sqlite(databaseIn(dataDir));
    t.after(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    for (const update of typing("stuck")) client.send({ type: "update", update });
    await fetch(`${server.url}/api/documents/${document.id}`);
    program.child.kill("SIGTERM");
    const from = performance.now();
    assert.notEqual(await program.exited(), 0);
    const took = performance.now() - from;
    assert.ok(took < 10_000, `it took ${took} ms`);
    assert.match(program.stderr(), /"lost":5,"msg":"edits that were never acknowledged/);
  },
);

test("[L17] a link whose revoking takes long is closed when it is revoked, however late", async (t) => {
  const { faulty, server, document, enter } = await scene(t, 150);
  const links = `/${document.id}/links`;
  const token = document.ownerToken;
  const made = call(server, links, { method: "POST", token, body: { role: "edit" } });
  const { id, token: given } = await answered<CreatedLink & { id: string }>(made, 201);
  const client = await enter(given);
  await client.next("step1");
  faulty.break("changeLink", "late");
  const revoking = call(server, `${links}/${id}`, { method: "DELETE", token });
  await until(() => faulty.calls.get("changeLink") === 1);
  // What is asked later is given up by now, so the other has had its time.
  faulty.break("links", "never");
  await refused(call(server, links, { token }), 503, "overload");
  faulty.mend();
  assert.equal((await client.ended()).code, 4403);
  await revoking;
});
