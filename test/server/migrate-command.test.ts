/** `npm run admin -- migrate`, as it is run from a shell, and servers on what it made. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, type TestContext } from "node:test";
import type { Migrated } from "../../persistence/migration.ts";
import { entry, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { addressOf, type Program, start, startMain } from "../helpers/program.ts";
import { seeded } from "../helpers/random.ts";
import { createDocument, exportText, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { type Outcome, outcomeOf, sampleFolder } from "../persistence/command.ts";
import { everythingIn } from "../persistence/migration-fixtures.ts";
import { ask, openStore as openNode } from "../persistence/postgres-fixtures.ts";
import { openStore, tamper } from "../persistence/sqlite-fixtures.ts";

const postgres = await startPostgres({ after });

function startMigration(t: TestContext, dataDir: string, ...args: string[]): Program {
  return start(t, commandOf(args), { DATA_DIR: dataDir });
}

function commandOf(args: readonly string[]) {
  return [process.execPath, "server/admin/cli.ts", "migrate", ...args] as const;
}

function migration(t: TestContext, dataDir: string, ...args: string[]): Promise<Outcome> {
  return outcomeOf(startMigration(t, dataDir, ...args));
}

/** What it did, which was no failure. */
async function migrated(t: TestContext, dataDir: string, ...args: string[]): Promise<Migrated> {
  const { code, stdout, stderr } = await migration(t, dataDir, ...args, "--json");
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout) as Migrated;
}

/** Documents that are copied one by one, and then many small ones together. */
async function longFolder(t: TestContext): Promise<string> {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (let n = 0; n < 6; n++) {
    await store.create(newDocument(`large-${n}`, { links: [newLink(`link-${n}`, n)] }));
    const updates = Array.from({ length: 50 }, (_, index) => new Uint8Array(120_000).fill(index));
    await store.append(updates.map((update, index) => entry(`large-${n}`, index + 1, update)));
  }
  const small = typing("small");
  for (let n = 0; n < 50; n++) {
    await store.create(newDocument(`small-${n}`));
    await store.append(small.map((update, index) => entry(`small-${n}`, index + 1, update)));
  }
  await store.close();
  return dataDir;
}

/** Keys of the documents that are in a database, each with the transaction that brought it. */
async function arrivedIn(databaseUrl: string): Promise<ReadonlyMap<number, string>> {
  const sql = "SELECT document::text AS key, min(xmin::text) AS by FROM updates GROUP BY document";
  const rows = await ask<{ key: string; by: string }>(databaseUrl, sql).catch(() => []);
  return new Map(rows.map(({ key, by }) => [Number(key), by]));
}

test("[F11] killed at any moment it goes on where it was, and copies nothing twice", async (t) => {
  const random = seeded(t);
  const [dataDir, databaseUrl] = [await longFolder(t), await postgres.createDatabase()];
  let arrived: ReadonlyMap<number, string> = new Map();
  for (let kill = 0; kill < 3; kill++) {
    const least = arrived.size + random.int(3);
    const program = startMigration(t, dataDir, "--to", databaseUrl);
    await until(
      async () => (await arrivedIn(databaseUrl)).size >= least && (await isBegun(databaseUrl)),
      {
        what: `${least} documents are there`,
        timeoutMs: 60_000,
      },
    );
    program.child.kill("SIGKILL");
    await program.exited();
    const now = await arrivedIn(databaseUrl);
    for (const [key, by] of arrived) assert.equal(now.get(key), by);
    arrived = now;
  }
  const { documents, copied, edits, differences } = await migrated(t, dataDir, "--to", databaseUrl);
  assert.deepEqual([documents, edits, differences], [56, 550, []]);
  assert.ok(copied <= documents - arrived.size);
  const now = await arrivedIn(databaseUrl);
  for (const [key, by] of arrived) assert.equal(now.get(key), by);

  const back = join(await temporaryFolder(t), "data");
  const program = startMigration(t, back, "--from", databaseUrl);
  await until(() => /\d+ of 56 documents/.test(program.stderr()), { timeoutMs: 60_000 });
  program.child.kill("SIGKILL");
  await program.exited();
  assert.equal((await migrated(t, back, "--from", databaseUrl)).documents, 56);
  assert.deepEqual(everythingIn(back), everythingIn(dataDir));
});

async function isBegun(databaseUrl: string): Promise<boolean> {
  const sql = "SELECT to_regclass('unfinished_migration') IS NOT NULL AS is";
  return (await ask<{ is: boolean }>(databaseUrl, sql))[0]?.is ?? false;
}

test("[F12] Ctrl-C undoes what is not whole, says how to go on, and leaves nothing locked", async (t) => {
  const [dataDir, databaseUrl] = [await longFolder(t), await postgres.createDatabase()];
  const program = startMigration(t, dataDir, "--to", databaseUrl);
  await until(() => isBegun(databaseUrl).catch(() => false), { timeoutMs: 60_000 });
  program.child.kill("SIGINT");
  const { code, stdout, stderr } = await outcomeOf(program);
  assert.deepEqual([code, stdout], [130, ""]);
  assert.match(stderr, /\nInterrupted\. Run it again, it goes on where it was\.$/);
  const whole = "SELECT count(*)::int AS n FROM documents WHERE seq NOT IN (5, 50)";
  assert.deepEqual(await ask(databaseUrl, whole), [{ n: 0 }]);
  assert.equal((await migrated(t, dataDir, "--to", databaseUrl)).documents, 56);
});

test("[F13] servers on what was migrated serve the same texts, links and images, there and back", async (t) => {
  const [dataDir, databaseUrl] = [await temporaryFolder(t), await postgres.createDatabase()];
  const server = startMain(t, dataDir);
  const first = await addressOf(server);
  const document = await createDocument(first, { title: "Plan", content: "Grüße, 世界" });
  const image = await putImage(first.url, document);
  await ended(server);
  await migrated(t, dataDir, "--to", databaseUrl);

  const store = await openNode(t, { databaseUrl });
  const node = await startServer(t, { store, attachments: store.attachments });
  assert.equal(await exportText(node, document), "Grüße, 世界");
  assert.deepEqual(await getImage(node.url, document, image), PNG);
  const { status } = await fetch(`${node.url}/api/documents/${document.id}/content`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${document.editToken}`, "Content-Type": "text/plain" },
    body: "Grüße von den Knoten",
  });
  assert.equal(status, 200);
  await node.close();
  const back = join(await temporaryFolder(t), "data");
  await migrated(t, back, "--from", databaseUrl);

  const third = await addressOf(startMain(t, back));
  assert.equal(await exportText(third, document), "Grüße von den Knoten");
  assert.deepEqual(await getImage(third.url, document, image), PNG);
});

async function ended(program: Program): Promise<void> {
  program.child.kill("SIGTERM");
  assert.equal(await program.exited(), 0);
}

/** One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

type At = { readonly id: string; readonly editToken: string };

async function putImage(url: string, { id, editToken }: At): Promise<string> {
  const body = new FormData();
  body.set("file", new Blob([PNG], { type: "image/png" }), "dot.png");
  const headers = { Authorization: `Bearer ${editToken}` };
  const address = `${url}/api/documents/${id}/attachments`;
  const response = await fetch(address, { method: "POST", headers, body });
  assert.equal(response.status, 201);
  return ((await response.json()) as { name: string }).name;
}

async function getImage(url: string, { id, editToken }: At, name: string): Promise<Buffer> {
  const response = await fetch(`${url}/api/documents/${id}/attachments/${name}?token=${editToken}`);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

test("[F14] it says what was migrated, how far it is, and each document that is not the same", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  const first = await migration(t, dataDir, "--to", databaseUrl);
  const count = "3 documents, 22 edits and 0 attachments, 0\\.0 MB\\.";
  assert.equal(first.code, 0);
  assert.match(first.stdout, new RegExp(`^Verified quire_\\d+ on 127.+ against /.+: ${count}$`));
  assert.match(first.stderr, /^\d of 3 documents, 0\.0 MB of 0\.0 MB migrated$/m);
  assert.ok(first.stderr.split("\n").length <= 10);
  const again = await migration(t, dataDir, "--to", databaseUrl);
  assert.match(again.stdout, new RegExp(`: ${count} All of it had been there already\\.$`));
  await ask(databaseUrl, "UPDATE documents SET epoch = 9 WHERE id = 'b'");
  const { code, stdout, stderr } = await migration(t, dataDir, "--to", databaseUrl);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^document b: other documents\ndocument b: opens differently\nFound differences/,
  );
  assert.match(stderr, /\n1 documents are not what they are in the source\.$/);
  await ask(databaseUrl, "UPDATE documents SET epoch = 1 WHERE id = 'b'");
  tamper(dataDir, "INSERT INTO secrets (name, bytes) VALUES ('claims', x'00')");
  const third = await migration(t, dataDir, "--to", databaseUrl);
  assert.match(third.stdout, /^secret claims differs\n/);
  assert.match(third.stderr, /\nThe store's secrets are not what they are in the source\.$/);
});

test("[F15] what goes wrong is one sentence that says what to do, without a password", async (t) => {
  const [dataDir, empty] = [await sampleFolder(t), await temporaryFolder(t)];
  const url = await postgres.createDatabase();
  const away = "postgres://me:geheim@127.0.0.1:1/quire";
  const failures: [code: number, says: RegExp, dataDir: string, ...args: string[]][] = [
    [2, /^Say either --to or --from\.$/, dataDir],
    [2, /^Say either --to or --from\.$/, dataDir, "--to", url, "--from", url],
    [2, /^Set DATABASE_URL to the address of a Postgres/, dataDir, "--to", "mysql://geheim@a"],
    [2, /^Set DATABASE_URL to the address of a Postgres/, dataDir, "--to"],
    [1, /^There is no database \/.+quire\.sqlite\.$/, empty, "--to", url],
    [1, /^There is nothing of Quire in this database\.$/, empty, "--from", url],
    [1, /ECONNREFUSED.+ Check that Postgres runs/, dataDir, "--to", away],
  ];
  for (const [code, says, folder, ...args] of failures) {
    const outcome = await migration(t, folder, ...args);
    assert.deepEqual([outcome.code, outcome.stdout], [code, ""], args.join(" "));
    assert.match(outcome.stderr, says);
    assert.ok(!outcome.stderr.includes("\n") && !outcome.stderr.includes("geheim"));
  }
});

test("[F22] the address may stay in the environment, so that no list of processes has its password", async (t) => {
  const [dataDir, databaseUrl] = [await sampleFolder(t), await postgres.createDatabase()];
  const back = join(await temporaryFolder(t), "data");
  for (const [DATA_DIR, way] of [
    [dataDir, "--to"],
    [back, "--from"],
  ] as const) {
    const env = { DATA_DIR, DATABASE_URL: databaseUrl };
    const { code, stdout } = await outcomeOf(start(t, commandOf([way, "--json"]), env));
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as Migrated).documents, 3);
  }
  assert.deepEqual(everythingIn(back), everythingIn(dataDir));
});
