/** How SQLite goes about the store's questions. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type Sqlite from "better-sqlite3";
import { connect } from "../../persistence/sqlite/connection.ts";
import { DocumentList } from "../../persistence/sqlite/document-list.ts";
import { LinkTable } from "../../persistence/sqlite/link-table.ts";
import { RemovalSteps } from "../../persistence/sqlite/removal-steps.ts";
import { prepare } from "../../persistence/sqlite/statements.ts";
import { TrashTable } from "../../persistence/sqlite/trash-table.ts";
import { WebhookTable } from "../../persistence/sqlite/webhook-table.ts";
import { newLink } from "../contract/sample-documents.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

/** What walks over a whole table or index because it is asked for all of it, and how. */
const OF_ALL: readonly (readonly [sql: string, step: string])[] = [
  ["SELECT key AS document, id FROM documents ORDER BY key", "SCAN documents"],
];

/** Around what would otherwise have SQLite look for rows that name what is deleted. */
const UNCHECKED = ["foreign_keys = OFF", "foreign_keys = ON"] as const;

test("[P59] no question to the store reads a whole table", async (t) => {
  const connection = connect({ dataDir: await temporaryFolder(t), maxBytes: undefined });
  t.after(() => connection.close());
  const { sources, original } = preparedOn(t, connection);
  const statements = prepare(connection);
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(statements))) {
    Reflect.get(statements, name);
  }
  const document = statements.insertDocument.run("a", 1).lastInsertRowid;
  askAllOf(new LinkTable(connection), document);
  assert.deepEqual(new TrashTable(connection).before(1, 1), []);
  assert.deepEqual(new WebhookTable(connection).after("", 1), []);
  assert.equal(new DocumentList(connection).before(2, 1).length, 1);
  new TrashTable(connection).set("a", 1);
  const pragma = t.mock.method(connection, "pragma");
  const removal = new RemovalSteps(connection);
  while (removal.step("a", 2) !== "done");
  // For one of its steps alone, and every time it takes it.
  const settings = pragma.mock.calls.map((call) => call.arguments[0]);
  assert.deepEqual(settings, [...UNCHECKED, ...UNCHECKED]);
  pragma.mock.restore();
  assert.ok(sources.length > 40, `${sources.length} statements`);
  const walks = sources.flatMap((sql) =>
    planOf(connection, original, sql)
      // The rows of a subquery are found by a step of their own, and a list that was given is no table.
      .filter((step) => /^SCAN (?!\(subquery|json_each )|AUTOMATIC/.test(step))
      .map((step) => [sql, step]),
  );
  assert.deepEqual(walks, OF_ALL);
});

/** Each of its statements that is prepared only when it is needed. */
function askAllOf(links: LinkTable, document: number | bigint): void {
  links.insert(document, newLink("a1", 1));
  assert.equal(links.ofDocument("a").length, 1);
  assert.equal(links.secret("any").length, 32);
  const changes = { role: "view", label: "x", expiresAt: 1, password: "x", maxUses: 1 };
  assert.ok(links.change("a", "a1", { ...changes, revokedAt: 1 }));
}

/** What is prepared from now on, and how to prepare without being noticed. */
function preparedOn(t: TestContext, connection: Sqlite.Database) {
  const sources: string[] = [];
  const original = connection.prepare.bind(connection);
  t.mock.method(connection, "prepare", (sql: string) => {
    sources.push(sql);
    return original(sql);
  });
  return { sources, original };
}

/** As it is run. */
function planOf(
  connection: Sqlite.Database,
  prepareIt: Sqlite.Database["prepare"],
  sql: string,
): string[] {
  const [off, on] = sql.startsWith("DELETE FROM authors") ? UNCHECKED : [];
  if (off) connection.pragma(off);
  const steps = stepsOf(prepareIt, sql);
  if (on) connection.pragma(on);
  return steps;
}

function stepsOf(prepareIt: Sqlite.Database["prepare"], sql: string): string[] {
  const plan = prepareIt<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
  const marks = Array.from(sql.matchAll(/\?/g), () => null);
  const given = names.length > 0 ? [Object.fromEntries(names) as unknown] : marks;
  return plan.all(...given).map(({ detail }) => detail);
}
