/**
 * The search index: a database of its own beside the main one, in which nothing is that could not
 * be made anew. Finds what stands anywhere in a folded text; knows neither Yjs nor how text is folded.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import Sqlite, { type Database, type Statement } from "better-sqlite3";
import type {
  EntryHead,
  EntryTitle,
  SearchEntries,
  SearchEntry,
  SearchRequest,
} from "../search-entry.ts";
import { prepareOnce } from "./prepare-once.ts";
import { resultCode } from "../failure.ts";

/** To be raised when the tables, or what is put into them, change. */
const VERSION = 1;

/**
 * Trigrams and not words: Chinese has no spaces, and a part of a German compound is a word too.
 * Without positions the index is small and quickly written; whether a text holds the whole of what
 * is looked for, and not only all of its trigrams, is then seen in the text itself.
 */
const TABLES = `
CREATE TABLE entries (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  title TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  text TEXT NOT NULL,
  -- Title and text, on lines that correspond to theirs.
  folded TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE trigrams USING fts5(
  folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);
`;

/** The write-ahead log is cut back to this size after a large document. */
const WAL_BYTES = 16 * 1024 * 1024;

/** As many signs has what the index can find; for fewer it is read from end to end. */
const SIGNS = 3;

const HOLDS_ALL = "NOT EXISTS (SELECT 1 FROM json_each(@words) WHERE instr(folded, value) = 0)";

interface FindRow {
  readonly words: string;
  readonly trigrams: string;
  readonly before: number;
  readonly most: number;
}

export class SearchFile implements SearchEntries {
  readonly #connection: Database;
  readonly #insert: Statement<[SearchEntry]>;
  readonly #insertTrigrams: Statement<[Pick<SearchEntry, "place" | "folded">]>;
  readonly #clash: Statement<[id: string, place: number], number>;
  readonly #delete: Statement<[place: number]>;
  readonly #deleteTrigrams: Statement<[place: number]>;
  readonly #title: Statement<[id: string], EntryTitle>;
  readonly #between: Statement<[from: number, before: number], EntryHead>;
  readonly #find: Statement<[FindRow], SearchEntry>;
  readonly #scan: Statement<[Omit<FindRow, "trigrams">], SearchEntry>;

  /** @throws what SQLite throws; `isRotten` says whether the file is to blame. */
  constructor(path: string) {
    this.#connection = new Sqlite(path);
    try {
      this.#open();
      const prepare = <Bind extends unknown[], Row = unknown>(sql: string) =>
        prepareOnce<Bind, Row>(this.#connection, sql);
      this.#insert = prepare(`INSERT INTO entries (place, id, seq, title, bytes, text, folded)
        VALUES (@place, @id, @seq, @title, @bytes, @text, @folded)`);
      this.#insertTrigrams = prepare(
        "INSERT INTO trigrams (rowid, folded) VALUES (@place, @folded)",
      );
      this.#clash = prepare<[string, number], number>(
        "SELECT place FROM entries WHERE id = ? UNION SELECT place FROM entries WHERE place = ?",
      ).pluck();
      this.#delete = prepare("DELETE FROM entries WHERE place = ?");
      this.#deleteTrigrams = prepare("DELETE FROM trigrams WHERE rowid = ?");
      this.#title = prepare("SELECT id, seq, title, bytes FROM entries WHERE id = ?");
      this.#between = prepare(
        "SELECT place, id, seq FROM entries WHERE place >= ? AND place < ? ORDER BY place DESC",
      );
      this.#find = prepare(`SELECT entries.* FROM trigrams
        JOIN entries ON entries.place = trigrams.rowid
        WHERE trigrams MATCH @trigrams AND trigrams.rowid < @before AND
          ${HOLDS_ALL.replace("folded", "entries.folded")}
        ORDER BY trigrams.rowid DESC LIMIT @most`);
      this.#scan = prepare(`SELECT * FROM entries WHERE place < @before AND ${HOLDS_ALL}
        ORDER BY place DESC LIMIT @most`);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  put(entry: SearchEntry): void {
    this.#connection.transaction(() => {
      this.#removeAll(this.#clash.all(entry.id, entry.place));
      this.#insert.run(entry);
      this.#insertTrigrams.run({ place: entry.place, folded: entry.folded });
    })();
  }

  remove(id: string): void {
    // No document has this place.
    this.#connection.transaction(() => this.#removeAll(this.#clash.all(id, -1)))();
  }

  titles(ids: readonly string[]): EntryTitle[] {
    return ids.flatMap((id) => this.#title.get(id) ?? []);
  }

  heads(from: number, before: number): EntryHead[] {
    return this.#between.all(from, before);
  }

  find({ words, before, most }: SearchRequest): IterableIterator<SearchEntry> {
    const trigrams = [...new Set(words.flatMap(trigramsOf))].map(quoted).join(" AND ");
    const given = { words: JSON.stringify(words), before, most };
    return trigrams ? this.#find.iterate({ ...given, trigrams }) : this.#scan.iterate(given);
  }

  close(): void {
    this.#connection.close();
  }

  #removeAll(places: readonly number[]): void {
    for (const place of places) {
      this.#delete.run(place);
      this.#deleteTrigrams.run(place);
    }
  }

  /** A commit that a power cut undoes is made again; the file is whole all the same. */
  #open(): void {
    this.#connection.pragma("journal_mode = WAL");
    this.#connection.pragma("synchronous = NORMAL");
    this.#connection.pragma(`journal_size_limit = ${WAL_BYTES}`);
    const version = Number(this.#connection.pragma("user_version", { simple: true }));
    if (version === VERSION) return;
    if (version !== 0) throw new OtherVersion();
    this.#connection.transaction(() => {
      this.#connection.exec(TABLES);
      this.#connection.pragma(`user_version = ${VERSION}`);
    })();
  }
}

class OtherVersion extends Error {
  override readonly name = "OtherVersion";
}

/** Where a data folder has its search index. */
export function searchPath(dataDir: string): string {
  return join(dataDir, "search.sqlite");
}

/** Whether an error says that the file is of no use any more. */
export function isRotten(error: unknown): boolean {
  return error instanceof OtherVersion || /^SQLITE_(CORRUPT|NOTADB)/.test(resultCode(error));
}

/** Nobody may have it open. */
export function removeSearchFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) rmSync(path + suffix);
  }
}

function trigramsOf(word: string): string[] {
  const signs = [...word];
  const starts = signs.slice(0, Math.max(0, signs.length - SIGNS + 1));
  return starts.map((_, at) => signs.slice(at, at + SIGNS).join(""));
}

/** A string to FTS5, whatever signs are in it: https://sqlite.org/fts5.html#fts5_strings */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
