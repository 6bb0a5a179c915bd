/** What was promised is kept whatever happens to Postgres or to the way there, and all heals by itself. */
import assert from "node:assert/strict";
import test, { after, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { openPostgresStore, type PostgresStore } from "../../persistence/postgres/client.ts";
import { Database } from "../../persistence/postgres/database.ts";
import { StoreError, type StoreErrorCode } from "../../persistence/store-error.ts";
import { entries, entry, newDocument, rejection, typing } from "../contract/sample-documents.ts";
import { startPostgres } from "../helpers/postgres.ts";
import { startProxy } from "../helpers/proxy.ts";
import { type Random, seeded } from "../helpers/random.ts";
import { until } from "../helpers/until.ts";
import { ask, logOf, openStore } from "./postgres-fixtures.ts";

const postgres = await startPostgres({ after });

/** Appends to some documents without a pause, and remembers what became of each. */
class Writer {
  readonly kept = new Map<string, number>();
  readonly doubtful = new Set<string>();
  readonly refused = new Map<string, StoreErrorCode>();
  readonly #store: PostgresStore;
  readonly #id: string;
  #isEnding = false;
  #running: Promise<void> | undefined;

  constructor(store: PostgresStore, id: string) {
    this.#store = store;
    this.#id = id;
  }

  start(): void {
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let n = 1; !this.#isEnding; n += 1) {
      const name = `${this.#id} ${n}`;
      const one = { ...entry(this.#id, n, Buffer.from(name)), author: name };
      try {
        this.kept.set(name, (await this.#store.append([one]))[0] ?? 0);
      } catch (error) {
        assert.ok(error instanceof StoreError, String(error));
        if (error.code === "doubtful") this.doubtful.add(name);
        else this.refused.set(name, error.code);
        await pause(5);
      }
    }
  }

  /** Everything kept is there at its number, nothing refused is there, nothing is there twice. */
  async check(): Promise<void> {
    const log = await logOf(this.#store, this.#id, { mostBytes: 100_000 });
    assert.deepEqual(
      log.map(({ seq }) => seq),
      log.map((_, index) => index + 1),
    );
    const names = new Map(log.map(({ author, seq }) => [author, seq]));
    assert.equal(names.size, log.length, "nothing is there twice");
    for (const [name, seq] of this.kept) assert.equal(names.get(name), seq, name);
    for (const name of this.refused.keys()) assert.ok(!names.has(name), `${name} was refused`);
    assert.equal(log.length, this.kept.size + countOf(this.doubtful, names));
  }
}

function countOf(some: ReadonlySet<string>, all: ReadonlyMap<string, number>): number {
  return [...some].filter((name) => all.has(name)).length;
}

/** Three documents that are written to all the while. */
async function writersOf(store: PostgresStore): Promise<Writer[]> {
  const ids = ["a", "b", "c"];
  for (const id of ids) await store.create(newDocument(id));
  const writers = ids.map((id) => new Writer(store, id));
  for (const writer of writers) writer.start();
  return writers;
}

/** Each of them keeps some more. */
async function progress(writers: readonly Writer[], random: Random): Promise<void> {
  const goals = writers.map(({ kept }) => kept.size + 5 + random.int(30));
  const isThere = () => writers.every(({ kept }, index) => kept.size >= (goals[index] ?? 0));
  await until(isThere, { what: "edits are kept", timeoutMs: 30_000 });
}

/** The same database, as who may do everything there. */
function adminOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = "postgres";
  return url.href;
}

/** A connection that is in a transaction, which has done this. */
async function within(t: TestContext, databaseUrl: string, sql: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  t.after(() => client.end());
  await client.connect();
  await client.query("BEGIN");
  await client.query(sql);
  return client;
}

test("[Y14] what was appended survives kill -9 of Postgres, what was refused is not there, and all heals", async (t) => {
  const random = seeded(t);
  const store = await openStore(t, { databaseUrl: await postgres.createDatabase() });
  const writers = await writersOf(store);
  for (let round = 0; round < 4; round += 1) {
    await progress(writers, random);
    if (round < 3) await postgres.kill();
    else await postgres.stop("fast");
    await postgres.start();
  }
  await progress(writers, random);
  await Promise.all(writers.map((writer) => writer.end()));
  for (const writer of writers) await writer.check();
  for (const { refused } of writers) {
    assert.deepEqual([...new Set(refused.values())], ["failing"]);
  }
});

test("[Y15] where the connection is cut in the midst of a write, nobody knows whether it is there; afterwards all goes on", async (t) => {
  const random = seeded(t);
  const proxy = await startProxy(t, await postgres.createDatabase());
  const store = await openStore(t, { databaseUrl: proxy.url });
  const writers = await writersOf(store);
  const doubts = () => writers.reduce((sum, { doubtful }) => sum + doubtful.size, 0);
  for (let round = 0; round < 5; round += 1) {
    await progress(writers, random);
    proxy.cut();
    await until(() => writers.every(({ refused }) => refused.size > round), { what: "refusals" });
    await proxy.restore();
  }
  await progress(writers, random);
  await Promise.all(writers.map((writer) => writer.end()));
  for (const writer of writers) await writer.check();
  assert.ok(doubts() > 0, "some were cut off in the midst");
});

test("[Y16] a write that is not answered is doubtful, a connection that is not made is failing; neither waits for ever", async (t) => {
  const proxy = await startProxy(t, await postgres.createDatabase());
  const store = await openStore(t, { databaseUrl: proxy.url, answerMs: 1000 });
  await store.create(newDocument("a"));
  await store.append([entry("a", 1, Uint8Array.of(1))]);
  proxy.hang();
  const doubt = await rejection(store.append([entry("a", 2, Uint8Array.of(2))]), "doubtful");
  assert.match(doubt.hint ?? "", /Postgres/);
  const began = performance.now();
  await rejection(store.append([entry("a", 3, Uint8Array.of(3))]), "failing");
  await rejection(store.find("a"), "failing");
  assert.ok(performance.now() - began < 10_000);
  await proxy.restore();
  await store.append([entry("a", 4, Uint8Array.of(4))]);
  const kept = (await logOf(store, "a")).map(({ update }) => update[0]);
  assert.deepEqual(
    kept.filter((value) => value !== 2),
    [1, 4],
  );
});

test("[Y17] connections that die while nothing is asked of them end nothing, and the next question is answered", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("a"));
  await Promise.all(Array.from({ length: 8 }, () => store.find("a")));
  await store.append(entries("a", typing("ab")));
  const open = () =>
    ask<{ pid: number }>(
      databaseUrl,
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'quire/test'",
    );
  assert.ok((await open()).length > 1);
  await postgres.stop("fast");
  await rejection(store.find("a"), "failing");
  await postgres.start();
  assert.deepEqual(await open(), []);
  assert.equal((await store.load("a"))?.seq, 2);
  assert.deepEqual(await store.append([entry("a", 3, Uint8Array.of(0, 0))]), [3]);
});

test("[Y18] a full disk is told as such, and what was refused is kept once there is room", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("a"));
  // As the server says it when it cannot extend a table.
  await ask(
    databaseUrl,
    `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON updates EXECUTE FUNCTION fail()`,
  );
  const full = await rejection(store.append([entry("a", 1, Uint8Array.of(1))]), "full");
  assert.match(full.hint ?? "", /space/);
  assert.equal((await store.load("a"))?.seq, 0);
  await ask(databaseUrl, "DROP TRIGGER fail ON updates");
  assert.deepEqual(await store.append([entry("a", 1, Uint8Array.of(1))]), [1]);
});

test("[Y19] commits wait for the disk whatever the server's default is, and what it is set to is told", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const name = new URL(databaseUrl).pathname.slice(1);
  await ask(databaseUrl, `ALTER DATABASE ${name} SET synchronous_commit = off`);
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const store = await openStore(t, { databaseUrl, onWarning });
  await ask(
    databaseUrl,
    `CREATE TABLE noted (setting text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER INSERT ON updates EXECUTE FUNCTION note();
    CREATE TRIGGER note AFTER INSERT ON documents EXECUTE FUNCTION note()`,
  );
  await store.create(newDocument("a"));
  await store.append([entry("a", 1, Uint8Array.of(1))]);
  assert.deepEqual(await ask(databaseUrl, "SELECT setting FROM noted"), [
    { setting: "on" },
    { setting: "on" },
  ]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /synchronous_commit is off/);
});

test("[Y29] a server that does not wait for its disk is told of", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const admin = adminOf(databaseUrl);
  const set = async (sql: string) => {
    await ask(admin, sql);
    await ask(admin, "SELECT pg_reload_conf()");
  };
  await set("ALTER SYSTEM SET fsync = off");
  t.after(() => set("ALTER SYSTEM RESET fsync"));
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const isTold = async () => {
    await (await openStore(t, { databaseUrl, onWarning })).close();
    return warnings.length > 0;
  };
  await until(isTold, { what: "the server has read its settings" });
  assert.match(warnings[0] ?? "", /^fsync is off/);
});

test("[Y20] where there is no Postgres to be reached, opening fails soon and says what to check", async () => {
  const url = new URL(postgres.url);
  url.port = "1";
  const options = { databaseUrl: url.href, nodeId: "a" };
  const error = await rejection(openPostgresStore(options), "failing");
  assert.match(error.hint ?? "", /DATABASE_URL/);
  assert.match(error.message, /ECONNREFUSED/);
});

test("[Y60] a question that gives up while a connection is made for it takes no connection with it", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const name = new URL(databaseUrl).pathname.slice(1);
  const database = new Database({ databaseUrl, nodeId: "test" }, 1);
  await database.rows("SELECT 1");
  // From now on a connection is ready once it gets a lock.
  const holder = await within(t, databaseUrl, "SELECT pg_advisory_xact_lock(1)");
  await ask(
    databaseUrl,
    `CREATE FUNCTION public.pg_is_in_recovery() RETURNS boolean LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN false; END $$;
    ALTER DATABASE ${name} SET search_path = public, pg_catalog`,
  );
  const broken = database.session(() => Promise.reject(new Error("broken")));
  const [, waiting] = await Promise.allSettled([broken, database.rows("SELECT 2")]);
  assert.equal(waiting.status, "rejected");
  assert.match(String(waiting.reason), /timeout exceeded/);
  await holder.query("COMMIT");
  await database.rows("SELECT 3");
  await database.close();
});

test("[Y61] a database that was read-only for a while is written to again", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  await (await openStore(t, { databaseUrl })).create(newDocument("a"));
  const name = new URL(databaseUrl).pathname.slice(1);
  await ask(databaseUrl, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const store = await openStore(t, { databaseUrl });
  const one = entry("a", 1, Uint8Array.of(1));
  assert.match((await rejection(store.append([one]), "failing")).message, /read-only/);
  await rejection(store.create(newDocument("b")), "failing");
  await ask(adminOf(postgres.url), `ALTER DATABASE ${name} RESET default_transaction_read_only`);
  assert.deepEqual(await store.append([one]), [1]);
  await store.create(newDocument("b"));
});

test("[Y62] a standby is refused with a word, at the start and later, and served by once it is promoted", async (t) => {
  const server = await startPostgres(t);
  const databaseUrl = server.url;
  const store = await openStore(t, { databaseUrl });
  await store.create(newDocument("a"));
  const admin = adminOf(databaseUrl);
  const [folder] = await ask<{ data_directory: string }>(admin, "SHOW data_directory");
  await ask(admin, `COPY (SELECT) TO '${folder?.data_directory}/standby.signal'`);
  await server.stop("fast");
  await server.start();
  const one = entry("a", 1, Uint8Array.of(1));
  await rejection(store.append([one]), "failing");
  await rejection(store.find("a"), "failing");
  const error = await rejection(openPostgresStore({ databaseUrl, nodeId: "b" }), "failing");
  assert.match(error.message, /standby/);
  assert.match(error.hint ?? "", /primary/);
  await ask(admin, "SELECT pg_promote()");
  assert.deepEqual(await store.append([one]), [1]);
  assert.equal((await store.find("a"))?.id, "a");
});

test("[Y63] the server asks after the connections of a node, and lets go of one that has vanished", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const database = new Database({ databaseUrl, nodeId: "test" }, 1);
  t.after(() => database.close());
  const settings = await database.rows(
    "SELECT name, setting FROM pg_settings WHERE starts_with(name, 'tcp_') ORDER BY name",
  );
  assert.deepEqual(settings, [
    { name: "tcp_keepalives_count", setting: "3" },
    { name: "tcp_keepalives_idle", setting: "15" },
    { name: "tcp_keepalives_interval", setting: "5" },
    { name: "tcp_user_timeout", setting: "30000" },
  ]);
});

test("[Y66] once somebody looks into the log, what was doubtful is there or never will be", async (t) => {
  const databaseUrl = await postgres.createDatabase();
  const proxy = await startProxy(t, databaseUrl);
  const store = await openStore(t, { databaseUrl: proxy.url });
  await store.create(newDocument("a"));
  const one = entry("a", 1, Uint8Array.of(1));
  const holder = await within(t, databaseUrl, "SELECT FROM documents FOR UPDATE");
  const doubt = rejection(store.append([one]), "doubtful");
  const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
  await until(async () => (await ask(databaseUrl, waiting)).length > 0, { what: "it waits" });
  proxy.cut();
  await doubt;
  await rejection(store.entriesAfter("a", 0, 1000), "failing");
  await proxy.restore();
  assert.deepEqual(await logOf(store, "a"), []);
  await holder.query("COMMIT");
  assert.deepEqual(await store.append([one]), [1]);
  assert.equal((await logOf(store, "a")).length, 1);
});

test("[Y68] a database that is not in UTF-8 is refused, with how to make one", async () => {
  const admin = adminOf(postgres.url);
  await ask(admin, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const url = new URL(admin);
  url.pathname = "/latin";
  const options = { databaseUrl: url.href, nodeId: "a" };
  const error = await rejection(openPostgresStore(options), "failing");
  assert.match(error.message, /LATIN1/);
  assert.match(error.hint ?? "", /UTF8/);
});
