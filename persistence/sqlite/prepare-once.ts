/**
 * Statements that SQLite plans once. As it is built here (ENABLE_STAT4) it looks at values that
 * columns are compared with while it plans, and plans anew whenever another one is bound, which
 * takes five times as long as finding a row. What stands behind a unary plus it does not look at:
 * https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_
 */
import type { Database, Statement } from "better-sqlite3";

const COMPARED_VALUE = /(?<=[=<>] )(?=[?@])/g;

/** With one space between an operator and its parameter, `column = ?`. @throws what SQLite throws. */
export function prepareOnce<Bind extends unknown[] = unknown[], Row = unknown>(
  connection: Database,
  sql: string,
): Statement<Bind, Row> {
  return connection.prepare<Bind, Row>(sql.replace(COMPARED_VALUE, "+"));
}
