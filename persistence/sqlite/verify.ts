/**
 * Reads a whole database and says what is wrong with it: the file, each document's rows,
 * whether log and snapshot agree, and the attachments beside it. Writes and repairs nothing.
 */
import type Sqlite from "better-sqlite3";
import { checkAttachments } from "../attachment-check.ts";
import { attachmentsBeside } from "../attachment-copy.ts";
import { connectReadOnly, damageOf } from "./connection.ts";
import { checkDocument } from "./document-check.ts";
import { readLog } from "./log-reader.ts";
import { standIn } from "./schema.ts";
import { type DocumentName, prepare, type Statements } from "./statements.ts";

/** Without a document it concerns the file as a whole. */
export interface Problem {
  readonly document?: string;
  /** Such as `update 4`, `updates 4 to 6`, `run 1 to 1000`, `snapshot 2`, `attachments` or `attachment <name>`. */
  readonly row?: string;
  readonly problem: string;
}

/** How many of each were read, and what is wrong with them. */
export interface Verification {
  readonly documents: number;
  readonly updates: number;
  readonly snapshots: number;
  readonly attachments: number;
  readonly problems: readonly Problem[];
}

export interface VerifyOptions {
  /** A database, in use or not, or a backup. */
  readonly path: string;
  /** Told before the first document and after each. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** How many rows have been read so far. */
type Tally = { documents: number; updates: number; snapshots: number };

/** @throws StoreError `missing`, `newer`, `corrupt` or `failing` when nothing can be read at all. */
export function verify({ path, onProgress }: VerifyOptions): Verification {
  const connection = connectReadOnly(path);
  try {
    standIn(connection);
    const read: Tally = { documents: 0, updates: 0, snapshots: 0 };
    const ofFile = fileProblems(connection);
    const ofDocuments = guarded(() => documentProblems(connection, read, onProgress));
    const ofAttachments = checkAttachments(attachmentsBeside(path), knownBy(connection));
    const problems = [...ofFile, ...ofDocuments, ...ofAttachments.problems];
    return { ...read, attachments: ofAttachments.attachments, problems };
  } finally {
    connection.close();
  }
}

/** Of SQLite's own making, and rows whose document or author is gone. */
function fileProblems(connection: Sqlite.Database): Problem[] {
  const orphans = connection
    .prepare<[], string>(
      `SELECT format('%d row(s) of %s name none of %s', count(*), "table", "parent")
        FROM pragma_foreign_key_check GROUP BY "table", "parent"`,
    )
    .pluck();
  const problems = damageOf(connection, "integrity_check").map((problem) => ({ problem }));
  return [...problems, ...guarded(() => orphans.all().map((problem) => ({ problem })))];
}

function documentProblems(
  connection: Sqlite.Database,
  read: Tally,
  onProgress: VerifyOptions["onProgress"],
): Problem[] {
  const statements = prepare(connection);
  const problems: Problem[] = [];
  const names = statements.allDocuments.all();
  for (const name of names) {
    onProgress?.(read.documents, names.length);
    // A transaction for each: one for all would keep a busy server's log from being cut back.
    const check = connection.transaction(() => rowProblems(statements, name, read));
    for (const problem of guarded(check)) problems.push({ document: name.id, ...problem });
    read.documents += 1;
  }
  onProgress?.(names.length, names.length);
  return problems;
}

function rowProblems(statements: Statements, { document }: DocumentName, read: Tally): Problem[] {
  const snapshot = statements.findSnapshot.get(document);
  const log = readLog(statements, document);
  read.updates += log.updates.length + log.damaged.length;
  if (snapshot) read.snapshots += 1;
  // Inside a run SQLite cannot see a reference.
  const authors = [...new Set(log.updates.map(({ author }) => author))];
  const lost = authors.filter((author) => !statements.findAuthor.get(author));
  const ofAuthors = lost.map((author) => ({ row: `author ${author}`, problem: "is missing" }));
  return [...ofAuthors, ...checkDocument(log, snapshot)];
}

/** Whether a document is there; what cannot be asked for has been told of already. */
function knownBy(connection: Sqlite.Database): (id: string) => boolean {
  const { findDocument } = prepare(connection);
  return (id) => {
    try {
      return findDocument.get(id) !== undefined;
    } catch {
      return true;
    }
  };
}

/** A page that SQLite cannot read is a problem like others, and what else there is is checked as well. */
function guarded(check: () => Problem[]): Problem[] {
  try {
    return check();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [{ problem: `cannot be read: ${words}` }];
  }
}
