/** What becomes of documents when several nodes make, count and remove them at once. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { pino } from "pino";
import type { Attachment, CreatedDocument } from "#protocol/rest.ts";
import type { PostgresStore } from "../../persistence/postgres/client.ts";
import { TRASH_MS, Trash } from "../../server/trash.ts";
import { put } from "../contract/attachment-contract.ts";
import { entries, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { png, upload } from "../helpers/images.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { sharedServer } from "../helpers/shared-server.ts";
import { until } from "../helpers/until.ts";
import { ask, openStores } from "../persistence/postgres-fixtures.ts";

const postgres = await startPostgres({ after });

const NOW = TRASH_MS + 100;

/** Two stores on a database, and documents with an image each that were deleted long ago. */
async function deleted(t: TestContext, count: number) {
  const databaseUrl = await postgres.createDatabase();
  const [here, there] = await openStores(t, databaseUrl, 2);
  assert.ok(here && there);
  const ids = Array.from({ length: count }, (_, n) => `document-${n}`);
  for (const id of ids) {
    await here.create(newDocument(id));
    await here.append(entries(id, typing("text")));
    await put(here.attachments, id, Buffer.from(`image of ${id}`));
    await here.setDeleted(id, 1);
  }
  return { here, there, ids, databaseUrl };
}

async function nothing(): Promise<never[]> {
  return [];
}

/** Ids of what it has removed are added to `removed`. */
function trashOf(
  t: TestContext,
  store: Pick<PostgresStore, "purge" | "deletedBefore" | "attachments">,
  removed: string[] = [],
): Trash {
  const onPurged = async (id: string) => {
    removed.push(id);
    await store.attachments.remove(id);
  };
  const logger = pino({ level: "silent" });
  const trash = new Trash({ store, logger, onPurged, now: () => NOW });
  t.after(() => trash.close());
  return trash;
}

test("[Y57] nodes that empty the trash together remove each document once, and all of it", async (t) => {
  const { here, there, ids, databaseUrl } = await deleted(t, 30);
  const removed: string[] = [];
  const trashes = [here, there, here].map((store) => trashOf(t, store, removed));
  await until(async () => (await here.deletedBefore(NOW, 1)).length === 0);
  await Promise.all(trashes.map((trash) => trash.close()));
  assert.deepEqual(removed.toSorted(), ids.toSorted());
  for (const table of ["documents", "updates", "runs", "snapshots", "attachments", "contents"]) {
    assert.deepEqual(await ask(databaseUrl, `SELECT * FROM ${table}`), [], table);
  }
});

test("[Y58] what is restored on one node at the moment in which another removes it keeps all of it", async (t) => {
  const { here, there, ids } = await deleted(t, 1);
  const [id = ""] = ids;
  let isRestored = false;
  const purge = async (documentId: string, before: number) => {
    isRestored = await there.setDeleted(documentId, null);
    return here.purge(documentId, before);
  };
  const { attachments } = here;
  const trash = trashOf(t, { purge, deletedBefore: nothing, attachments });
  assert.deepEqual([await trash.purge(id), isRestored], [false, true]);
  assert.equal((await there.load(id))?.seq, 4);
  assert.equal((await there.attachments.list(id)).length, 1);
});

/** What all of them were answered, which is the same. */
async function nineTimes(request: (n: number) => Promise<Response>): Promise<CreatedDocument> {
  const asked = Array.from({ length: 9 }, (_, n) => answered<CreatedDocument>(request(n), 201));
  const made = await Promise.all(asked);
  const keys = made.map(({ id, token, links }) => [id, token, links[0]?.id].join(" "));
  assert.equal(new Set(keys).size, 1);
  return made[0] ?? assert.fail();
}

test("[Y59] the same key on several nodes at once is one document with its images, and for anything else a conflict", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const start = () =>
    sharedServer(t, { env: { MAX_CREATES_PER_MINUTE: "0" }, postgres: { databaseUrl } });
  const nodes = await Promise.all([start(), start(), start()]);
  const node = (n: number) => nodes[n % nodes.length] ?? assert.fail();
  const request = (n: number, path: string, key: string, token?: string, body?: object) =>
    call(node(n), path, { method: "POST", headers: { "Idempotency-Key": key }, token, body });
  for (let round = 0; round < 5; round++) {
    const body = { title: "Plan", content: `text ${round}` };
    const made = await nineTimes((n) => request(n, "", `key ${round}`, undefined, body));
    assert.equal(
      await exportText(node(1), { ...made, ownerToken: made.token, editToken: "" }),
      body.content,
    );
    await refused(
      request(round, "", `key ${round}`, undefined, { title: "Other" }),
      409,
      "conflict",
    );
  }
  const { id, ownerToken: token } = await createDocument(node(0));
  const { url, name } = await answered<Attachment>(upload(node(1), id, token, png()), 201);
  const edits = [{ from: 0, to: 0, insert: `![](${url})` }];
  await answered(call(node(2), `/${id}/content`, { method: "PATCH", token, body: { edits } }));
  await until(
    async () => (await exportText(node(0), { id, ownerToken: token, editToken: "" })) !== "",
  );
  for (let round = 0; round < 5; round++) {
    const copy = await nineTimes((n) => request(n, `/${id}/copy`, `copy ${round}`, token));
    const image = await call(node(round), `/${copy.id}/attachments/${name}`, { token: copy.token });
    assert.deepEqual(Buffer.from(await image.arrayBuffer()), png());
  }
});

test("[Y37] uses of links that several nodes count at once are all counted", async (t) => {
  const nodes = await openStores(t, await postgres.createDatabase(), 3);
  const [first] = nodes;
  const links = Array.from({ length: 20 }, (_, n) => newLink(`link-${n}`, n));
  await first?.create(newDocument("doc", { links }));
  const uses = links.map(({ id: linkId }) => ({ linkId, count: 1, at: 5 }));
  const rounds = Array.from({ length: 20 }, (_, n) => n);
  await Promise.all(
    nodes.flatMap((node) =>
      rounds.map((n) => node.countUses(n % 2 === 0 ? uses : uses.toReversed())),
    ),
  );
  const counted = (await first?.links("doc")) ?? [];
  assert.deepEqual(new Set(counted.map((link) => link.uses)), new Set([60]));
});
