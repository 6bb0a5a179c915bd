/**
 * Writes what was appended to the log of a document: a few updates as rows, many that came
 * at once as runs, since a row costs as much as a run of hundreds. Runs inside the caller's
 * transaction; judges no numbers.
 */
import { crc32 } from "node:zlib";
import { AuthorKeys } from "./author-keys.ts";
import type { LoggedUpdate } from "../run.ts";
import { RUN_LIMITS, runOf } from "../stored-run.ts";
import type { DocumentKey, Statements } from "./statements.ts";

/** Updates of one document that are to follow each other, first to last; the columns are of equal length. */
export interface NewStretch {
  readonly documentId: string;
  readonly authors: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly times: readonly number[];
  readonly updates: readonly Uint8Array[];
}

/** Where it stands in the log. */
export interface Stretch extends NewStretch {
  /** Number of the first. */
  readonly first: number;
}

/** From how many on a run costs less than rows. */
const FEWEST = 16;

export class LogWriter {
  readonly #statements: Statements;
  readonly #authors: AuthorKeys;

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#authors = new AuthorKeys(statements);
  }

  write(document: DocumentKey, stretch: Stretch): void {
    const updates = this.#numbered(stretch);
    // The newest is a row: it says when the document was changed last.
    const newest = updates.pop();
    for (const piece of pieces(updates)) {
      if (piece.length >= FEWEST) this.#putRun(document, piece);
      else for (const update of piece) this.#statements.insertUpdate.run({ document, ...update });
    }
    if (newest) this.#statements.insertUpdate.run({ document, ...newest });
  }

  /** What was written last is undone, or authors were removed. */
  forgetAuthors(): void {
    this.#authors.forget();
  }

  #putRun(document: DocumentKey, updates: readonly LoggedUpdate[]): void {
    this.#statements.insertRun.run({ document, ...runOf(updates) });
  }

  #numbered({ first, authors, times, updates }: Stretch): LoggedUpdate[] {
    return updates.map((bytes, index) => ({
      seq: first + index,
      author: this.#authors.keyOf(authors[index] ?? ""),
      at: times[index] ?? 0,
      checksum: crc32(bytes),
      bytes,
    }));
  }
}

/** Neighbours, as many together as a run may hold; an update that is too large for one stands alone. */
function pieces(updates: readonly LoggedUpdate[]): LoggedUpdate[][] {
  const all: LoggedUpdate[][] = [];
  let [piece, size] = [[] as LoggedUpdate[], 0];
  for (const update of updates) {
    size += update.bytes.length;
    if (piece.length === 0 || piece.length >= RUN_LIMITS.updates || size > RUN_LIMITS.bytes) {
      [piece, size] = [[], update.bytes.length];
      all.push(piece);
    }
    piece.push(update);
  }
  return all;
}
