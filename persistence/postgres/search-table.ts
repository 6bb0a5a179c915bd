/**
 * The search index in Postgres, one for all nodes. An entry ends with its document, and a newer one
 * is never replaced by an older. What is found is seen in the text itself; an index only helps.
 */
import type {
  EntryHead,
  EntryTitle,
  SearchEntries,
  SearchEntry,
  SearchRequest,
} from "../search-entry.ts";
import { StoreError } from "../store-error.ts";
import type { Database } from "./database.ts";

const ENTRY = `document AS place, documents.id, search_entries.seq, title, bytes, text, folded
  FROM search_entries JOIN documents ON documents.key = document`;

const PUT = `INSERT INTO search_entries (document, seq, title, bytes, text, folded)
  SELECT key, $2, $3, $4, $5, $6 FROM documents WHERE id = $1
  ON CONFLICT (document) DO UPDATE SET
    (seq, title, bytes, text, folded) =
      ROW (excluded.seq, excluded.title, excluded.bytes, excluded.text, excluded.folded)
    WHERE search_entries.seq < excluded.seq`;

/** Documents that are read without asking an index. */
const NEWEST = 1000;

const LAST_OF_NEWEST = `SELECT document AS place FROM search_entries WHERE document < $1
  ORDER BY document DESC LIMIT 1 OFFSET ${NEWEST - 1}`;

/** As many signs has what the index can find. */
const SIGNS = 3;

/** Postgres counts what it costs to look into a row, and not what it costs to unpack a long text. */
const BY_TRIGRAMS = `SELECT set_config('enable_seqscan', 'off', true),
  set_config('enable_indexscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)`;

export class SearchTable implements SearchEntries {
  readonly #database: Pick<Database, "rows" | "run" | "transaction">;

  constructor(database: Pick<Database, "rows" | "run" | "transaction">) {
    this.#database = database;
  }

  /** Of a document that is there; of none, nothing is kept. */
  async put({ id, seq, title, bytes, text, folded }: SearchEntry): Promise<void> {
    const entry = [id, seq, storable(title), bytes, storable(text), folded];
    try {
      await this.#database.run(PUT, entry);
    } catch (error) {
      // It was removed for good at this moment.
      if (!(error instanceof StoreError && error.code === "conflict")) throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await this.#database.run(
      "DELETE FROM search_entries USING documents WHERE key = document AND id = $1",
      [id],
    );
  }

  titles(ids: readonly string[]): Promise<EntryTitle[]> {
    return this.#database.rows(
      `SELECT id, search_entries.seq, title, bytes
      FROM search_entries JOIN documents ON documents.key = document WHERE id = ANY ($1)`,
      [ids],
    );
  }

  heads(from: number, before: number): Promise<EntryHead[]> {
    return this.#database.rows(
      `SELECT document AS place, id, search_entries.seq
      FROM search_entries JOIN documents ON documents.key = document
      WHERE document >= $1 AND document < $2 ORDER BY document DESC`,
      [from, before],
    );
  }

  /** Which they are first, and each text when it is its turn. */
  async *find(request: SearchRequest): AsyncGenerator<SearchEntry> {
    for (const place of await this.#placesOf(request)) {
      const [entry] = await this.#database.rows<SearchEntry>(
        `SELECT ${ENTRY} WHERE document = $1`,
        [place],
      );
      if (entry) yield entry;
    }
  }

  /** Of nothing. */
  async clear(): Promise<void> {
    await this.#database.run("DELETE FROM search_entries");
  }

  /** What is in many documents is among the newest, and the index helps with the rest. */
  async #placesOf({ words, before, most }: SearchRequest): Promise<number[]> {
    const patterns = words.map(patternOf);
    const holdsAll = words.map((_, index) => `folded LIKE $${index + 3}`).join(" AND ") || "true";
    const newest = await this.#database.rows<Place>(
      `SELECT document AS place FROM (SELECT * FROM search_entries WHERE document < $1
        ORDER BY document DESC LIMIT ${NEWEST}) AS newest
      WHERE ${holdsAll} ORDER BY document DESC LIMIT $2`,
      [before, most, ...patterns],
    );
    const [last] = await this.#database.rows<Place>(LAST_OF_NEWEST, [before]);
    const left = most - newest.length;
    if (!last || left <= 0) return newest.map(({ place }) => place);
    const older = await this.#database.transaction(async (queries) => {
      if (words.some(isIndexed)) await queries.run(BY_TRIGRAMS);
      return queries.rows<Place>(
        `SELECT document AS place FROM search_entries WHERE document < $1 AND ${holdsAll}
        ORDER BY document DESC LIMIT $2`,
        [last.place, left, ...patterns],
      );
    });
    return [...newest, ...older].map(({ place }) => place);
  }
}

interface Place {
  readonly place: number;
}

/** A text of Postgres has no NUL; whoever reads it sees nothing there either way. */
function storable(text: string): string {
  return text.replaceAll("\0", " ");
}

function isIndexed(word: string): boolean {
  return [...word].length >= SIGNS;
}

/** What has the word anywhere; its own signs mean nothing. */
function patternOf(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
