/** How SQLite goes about the store's questions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../persistence/sqlite/connection.ts";
import { DocumentList } from "../../persistence/sqlite/document-list.ts";
import { LinkTable } from "../../persistence/sqlite/link-table.ts";
import { TrashTable } from "../../persistence/sqlite/trash-table.ts";
import { WebhookTable } from "../../persistence/sqlite/webhook-table.ts";
import { prepare } from "../../persistence/sqlite/statements.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

/** Walks over all documents because it is asked for them. */
const OF_ALL = "FROM documents ORDER BY key";

test("[P59] no question to the store reads a whole table", async (t) => {
  const connection = connect({ dataDir: await temporaryFolder(t), maxBytes: undefined });
  t.after(() => connection.close());
  const sources: string[] = [];
  const original = connection.prepare.bind(connection);
  t.mock.method(connection, "prepare", (sql: string) => {
    sources.push(sql);
    return original(sql);
  });
  const links = new LinkTable(connection);
  assert.deepEqual(links.ofDocument("none"), []);
  assert.deepEqual(new TrashTable(connection).before(1, 1), []);
  assert.deepEqual(new WebhookTable(connection).after("", 1), []);
  assert.deepEqual(new DocumentList(connection).before(1, 1), []);
  const statements = prepare(connection);
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(statements))) {
    Reflect.get(statements, name);
  }
  assert.ok(sources.length > 20, `${sources.length} statements`);
  for (const sql of sources.filter((each) => !each.includes(OF_ALL))) {
    const plan = original<Record<string, null>[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
    const parameters = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
    const marks = Array.from(sql.matchAll(/\?/g), () => null);
    const steps =
      parameters.length > 0
        ? plan.all(Object.fromEntries(parameters))
        : plan.all(...(marks as never[]));
    for (const { detail } of steps) assert.doesNotMatch(detail, /^SCAN \w+$|AUTOMATIC/, sql);
  }
});
