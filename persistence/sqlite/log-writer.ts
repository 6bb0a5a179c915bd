/**
 * Writes what was appended to the log of a document: a few updates as rows, many that came
 * at once as runs, since a row costs as much as a run of hundreds. Runs inside the caller's
 * transaction; judges no numbers.
 */
import { crc32 } from "node:zlib";
import { encodeRun, type LoggedUpdate } from "./run.ts";
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

/** What a run may hold, so that reading one takes no long time. A larger update is a row. */
export const RUN_LIMITS = { updates: 500, bytes: 512 * 1024 };

/** From how many on a run costs less than rows. */
const FEWEST = 16;

export class LogWriter {
  readonly #statements: Statements;
  /** Keys of authors that are in the database. */
  readonly #authors = new Map<string, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
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
    this.#authors.clear();
  }

  #putRun(document: DocumentKey, updates: readonly LoggedUpdate[]): void {
    const bytes = encodeRun(updates);
    const [first, last] = [updates[0]?.seq ?? 0, updates.at(-1)?.seq ?? 0];
    this.#statements.insertRun.run({ document, first, last, checksum: crc32(bytes), bytes });
  }

  #numbered({ first, authors, times, updates }: Stretch): LoggedUpdate[] {
    return updates.map((bytes, index) => ({
      seq: first + index,
      author: this.#keyOf(authors[index] ?? ""),
      at: times[index] ?? 0,
      checksum: crc32(bytes),
      bytes,
    }));
  }

  #keyOf(author: string): number {
    let key = this.#authors.get(author);
    if (key === undefined) {
      this.#statements.insertAuthor.run(author);
      key = this.#statements.findAuthorKey.get(author)?.key ?? 0;
      this.#authors.set(author, key);
    }
    return key;
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
