/** What is damaged in one database is moved to the other as far as it is there, and ends. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { entries, newDocument, textOf, typing } from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { stateOf } from "./command.ts";
import { moveBack, moveThere } from "./migration-fixtures.ts";
import { ask, openStore as openNode } from "./postgres-fixtures.ts";
import { appendAsRows, flip, openStore, read, tamper } from "./sqlite-fixtures.ts";

const postgres = await startPostgres({ after });

test("[F17] damage in the newest run, which alone says when a document was changed, keeps nothing from being moved", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const node = await openNode(t, { databaseUrl });
  await node.create(newDocument("doc"));
  await node.append(entries("doc", typing("word ".repeat(200))));
  await node.compact("doc", 1000);
  await node.close();
  await ask(
    databaseUrl,
    `UPDATE runs SET bytes = set_byte(bytes, 20, get_byte(bytes, 20) # 1)
    WHERE last = (SELECT max(last) FROM runs)`,
  );
  const dataDir = await temporaryFolder(t);
  for (const repeated of [false, true]) {
    const { differences, damage, copied } = await moveBack(databaseUrl, dataDir);
    assert.deepEqual([differences, copied], [[], repeated ? 0 : 1]);
    assert.deepEqual(damage, [{ document: "doc", problem: "run 501 to 1000 is damaged" }]);
  }
  const store = await openStore(t, { dataDir });
  assert.equal(textOf(await store.load("doc")), "word ".repeat(200));
});

for (const isSnapshotDamaged of [false, true]) {
  const also = isSnapshotDamaged ? "as the snapshot is" : "behind a snapshot";
  test(`[F18] what a damaged run jumps over is read: ${also}`, async (t) => {
    const dataDir = await temporaryFolder(t);
    await fillLarge(t, dataDir);
    assert.deepEqual(read(dataDir, "SELECT first, last FROM runs"), [[1, 301]]);
    tamper(dataDir, `UPDATE runs SET bytes = ${flip("bytes")}`);
    if (isSnapshotDamaged) tamper(dataDir, `UPDATE snapshots SET bytes = ${flip("bytes")}`);
    const databaseUrl = await postgres.createDatabase();
    assert.deepEqual((await moveThere(dataDir, databaseUrl)).differences, []);
    const node = await openNode(t, { databaseUrl });
    const lost = (await node.load("large"))?.damage;
    assert.deepEqual(lost, isSnapshotDamaged ? { updates: 299, snapshot: true } : undefined);
    await node.close();
    const back = await temporaryFolder(t);
    assert.deepEqual((await moveBack(databaseUrl, back)).differences, []);
    const rows = "SELECT document, seq, bytes FROM updates";
    assert.deepEqual(read(back, rows), read(dataDir, rows));
  });
}

/** Two of its updates are too large for a run, which jumps over them. */
async function fillLarge(t: TestContext, dataDir: string): Promise<void> {
  const sizes = [200_000, 200_000, 700_000, 400, 400, 700_000];
  const updates = [...sizes, ...Array.from({ length: 300 }, () => 400), 5_000];
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("large"));
  const states = updates.map((size, index) => stateOf("x".repeat(size), index + 1));
  await appendAsRows(store, entries("large", states));
  await store.compact("large", 306);
  await store.close();
}
