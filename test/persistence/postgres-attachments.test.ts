/** Attachments in Postgres: the contract of all, and what several nodes do to each other. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { PostgresAttachments } from "../../persistence/postgres/attachments.ts";
import { prepareDatabase } from "../../persistence/postgres/connection.ts";
import { Database } from "../../persistence/postgres/database.ts";
import { attachmentContract, nameOf, put, read } from "../contract/attachment-contract.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { seeded } from "../helpers/random.ts";

const postgres = await startPostgres({ after });

/** So many nodes on a database of their own, and what it holds. */
async function scene(t: TestContext, count: number) {
  const address = { databaseUrl: await postgres.createDatabase(), nodeId: "test" };
  await prepareDatabase(address, () => undefined);
  const databases = Array.from({ length: count + 1 }, () => new Database(address, 4));
  t.after(() => Promise.all(databases.map((database) => database.close())));
  const [looking, ...others] = databases;
  assert.ok(looking);
  const ask = (sql: string) => looking.rows<{ value: number }>(sql);
  const rowsIn = async (table: string) => (await ask(`SELECT count(*) AS value FROM ${table}`))[0];
  return {
    nodes: others.map((database) => new PostgresAttachments(database)),
    ask,
    contents: async () => [(await rowsIn("contents"))?.value, (await rowsIn("chunks"))?.value],
  };
}

async function one(t: TestContext) {
  const { nodes, ...rest } = await scene(t, 1);
  const [node] = nodes;
  assert.ok(node);
  return { node, ...rest };
}

attachmentContract("postgres", async (t) => (await one(t)).node);

test("[Y45] content is stored once for all documents that have it, and goes with the last", async (t) => {
  const { node, contents } = await one(t);
  const content = Buffer.alloc(600_000, "abc");
  for (const id of ["a", "b"]) await put(node, id, content);
  const copy = await node.copy("a", [nameOf(content)]);
  await copy.keep("c");
  assert.deepEqual(await contents(), [1, 3]);
  for (const id of ["a", "b"]) await node.remove(id);
  assert.deepEqual(await read(node, "c", nameOf(content)), content);
  await node.remove("c");
  assert.deepEqual(await contents(), [0, 0]);
});

test("[Y46] whatever nodes put in, copy and remove at once, each has what it was told it has", async (t) => {
  const random = seeded(t);
  const { nodes, contents } = await scene(t, 3);
  const shared = Array.from({ length: 4 }, () => random.bytes(1 + random.int(300_000)));
  const names = shared.map(nameOf);
  const live = async (node: PostgresAttachments, id: string) => {
    for (let round = 0; round < 15; round++) {
      const own = `${id}-${round}`;
      for (const content of shared.slice(random.int(shared.length))) await put(node, own, content);
      const copy = await node.copy(own, names.toReversed());
      if (random.int(2) === 0) await node.remove(own);
      await copy.keep(`${own}-copy`);
      for (const name of copy.names) {
        const index = names.indexOf(name);
        assert.deepEqual(await read(node, `${own}-copy`, name), Buffer.from(shared[index] ?? []));
      }
      await Promise.all([node.remove(own), node.remove(`${own}-copy`)]);
    }
  };
  await Promise.all(nodes.flatMap((node, n) => ["x", "y"].map((id) => live(node, `${id}${n}`))));
  assert.deepEqual(await contents(), [0, 0]);
});

test("[Y47] a document's limit holds whichever nodes its attachments come to", async (t) => {
  const { nodes } = await scene(t, 3);
  const contents = Array.from({ length: 12 }, (_, n) => Buffer.from(`content ${n}`));
  const kept = await Promise.all(
    contents.map((content, n) => put(nodes[n % 3] ?? assert.fail(), "doc", content, 5 * 4096)),
  );
  assert.equal(kept.filter(Boolean).length, 5);
  assert.equal((await nodes[0]?.list("doc"))?.length, 5);
});

test("[Y48] a document that another node may be about to make is not told of until an hour has passed", async (t) => {
  const { node, ask, contents } = await one(t);
  await put(node, "made", Buffer.from("x"));
  await put(node, "old", Buffer.from("x"));
  // As a killed node leaves it.
  await node.copy("old", [nameOf(Buffer.from("x"))]);
  assert.deepEqual(await node.documents(), []);
  await ask(
    "UPDATE attachments SET kept_at = kept_at - interval '61 minutes' WHERE document <> 'made'",
  );
  const [copy, ...documents] = await node.documents();
  assert.match(copy ?? "", /^copy:/);
  assert.deepEqual(documents, ["old"]);
  await put(node, "old", Buffer.from("x"));
  assert.deepEqual(await node.documents(), [copy]);
  await node.remove(copy ?? "");
  assert.deepEqual(await node.totals(), { count: 2, bytes: 2 });
  assert.deepEqual(await contents(), [1, 1]);
});

test("[Y49] two nodes that make the same copy for the same document give it each attachment once", async (t) => {
  const { nodes } = await scene(t, 2);
  const [here, there] = nodes;
  assert.ok(here && there);
  const contents = ["one", "two"].map((word) => Buffer.from(word));
  for (const content of contents) await put(here, "from", content);
  const names = contents.map(nameOf).toSorted();
  const copies = await Promise.all(nodes.map((node) => node.copy("from", names)));
  await Promise.all(copies.map((copy) => copy.keep("to")));
  assert.deepEqual(await here.list("to"), names);
  assert.deepEqual(await there.totals(), { count: 4, bytes: 12 });
});

test("[Y65] a copy that is made again for a document that is still to be made is new again", async (t) => {
  const { node, ask } = await one(t);
  const content = Buffer.from("x");
  await put(node, "from", content);
  const copyAgain = async () => (await node.copy("from", [nameOf(content)])).keep("to");
  await copyAgain();
  await ask("UPDATE attachments SET kept_at = kept_at - interval '61 minutes'");
  await copyAgain();
  assert.deepEqual(await node.documents(), ["from"]);
  assert.deepEqual(await node.totals(), { count: 2, bytes: 2 });
});

test("[Y50] whoever reads slowly holds no connection, and a removal ends the reading", async (t) => {
  const { node } = await one(t);
  const content = Buffer.alloc(3_000_000, "abcdefg");
  await put(node, "doc", content);
  const readings = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const found = await node.read("doc", nameOf(content));
      const pieces = found?.content()[Symbol.asyncIterator]();
      assert.ok(pieces);
      const { value } = (await pieces.next()) as { value: Buffer };
      assert.ok(value.equals(content.subarray(0, value.length)));
      return pieces;
    }),
  );
  // With four connections: none of the twenty has one.
  assert.deepEqual(await read(node, "doc", nameOf(content)), content);
  await node.remove("doc");
  const rest = async (pieces: (typeof readings)[number]) => {
    while (!(await pieces.next()).done);
  };
  for (const pieces of readings) await assert.rejects(rest(pieces), /removed while it was read/);
});
