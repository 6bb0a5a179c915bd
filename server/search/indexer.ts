/**
 * Keeps the search index up to date, off the typing path: reads a document into it some seconds
 * after its last change, one after another, and at the start what has changed without it. What
 * says whether that is needed are the numbers of the log, so nothing is forgotten by `kill -9`.
 */
import type { Logger } from "pino";
import type { EntryTitle } from "../../persistence/search-entry.ts";
import type { ListedDocument, Store } from "../../persistence/store.ts";
import type { Changes } from "../changes.ts";
import { AppError } from "../errors.ts";
import { packStored } from "../stored-content.ts";
import { within } from "../within.ts";
import type { Hit } from "./search-calls.ts";
import type { SearchIndex } from "./search-index.ts";

/** Documents that are compared with the index, or waited for, in one step. */
const STRETCH = 100;

/** A document that fails again and again is left alone until it changes, or until the next start. */
const MOST_ATTEMPTS = 5;

/** First and longest pause before what failed is tried again, in milliseconds. */
const RETRY_MS = { first: 1000, longest: 60_000 };

/** How long a question waits for what it asks about to be read in, in milliseconds. */
const FRESH_MS = 2000;

export interface IndexerOptions {
  readonly store: Pick<Store, "list" | "describe" | "load">;
  readonly changes: Changes;
  readonly index: Pick<SearchIndex, "put" | "remove" | "titles" | "compare" | "find" | "close">;
  readonly logger: Logger;
  /** Without a change; then it is read in. Milliseconds; default 3000. */
  readonly quietMs?: number;
  /** With changes all the while; milliseconds; default 30,000. */
  readonly longestMs?: number;
  /** How often the index is held against the store; undefined: at the start. Milliseconds. */
  readonly compareMs?: number | undefined;
}

/** Of what is not read in yet: when it changed first and last, by `performance.now`. */
interface Dirty {
  readonly since: number;
  last: number;
}

interface Failed {
  readonly seq: number;
  readonly attempts: number;
}

export class Indexer {
  readonly #options: IndexerOptions & { readonly quietMs: number; readonly longestMs: number };
  readonly #dirty = new Map<string, Dirty>();
  readonly #failed = new Map<string, Failed>();
  readonly #unfollow: () => void;
  /** The last of what is done one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #looking: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #comparison: NodeJS.Timeout | undefined;
  #retryMs = RETRY_MS.first;
  #isClosed = false;

  /** Begins to catch up at once. */
  constructor(options: IndexerOptions) {
    this.#options = { quietMs: 3000, longestMs: 30_000, ...options };
    this.#unfollow = options.changes.follow(({ documentId }) => this.#changed(documentId));
    void this.#catchUp();
  }

  /** Title and size of each, brought up to date if that takes no long time; some may be missing. */
  async titles(documents: readonly ListedDocument[]): Promise<Map<string, EntryTitle>> {
    const known = await this.#known(documents);
    const behind = documents.filter(({ id, seq }) => seq > 0 && known.get(id)?.seq !== seq);
    if (behind.length === 0) return known;
    await this.#bring(behind.map(({ id }) => id));
    return this.#known(documents);
  }

  /**
   * Of lower places, newest first. What has changed until now is found, if that is not much.
   * @throws AppError `overload` when the index cannot be read.
   */
  async find(query: string, before: number, most: number): Promise<readonly Hit[]> {
    await this.#bring([...this.#dirty.keys()].slice(-STRETCH));
    try {
      return await this.#options.index.find(query, before, most);
    } catch (cause) {
      this.#trouble(cause, "the search index could not be read");
      throw new AppError("overload", "Searching does not work at the moment. Try again.", {
        cause,
      });
    }
  }

  /** The document is gone for good: nothing of it is in the index when this resolves. Rejects never. */
  async forget(documentId: string): Promise<void> {
    this.#dirty.delete(documentId);
    this.#failed.delete(documentId);
    await this.#inTurn(() => this.#options.index.remove(documentId)).catch((error: unknown) =>
      this.#trouble(error, "a removed document is still in the search index"),
    );
  }

  /** What it is doing is given up, and done at the next start. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unfollow();
    clearInterval(this.#looking);
    clearTimeout(this.#again);
    clearTimeout(this.#comparison);
    await this.#options.index.close();
  }

  /** On the typing path: no more than a note. */
  #changed(documentId: string): void {
    const last = performance.now();
    const dirty = this.#dirty.get(documentId);
    if (dirty) dirty.last = last;
    else this.#dirty.set(documentId, { since: last, last });
    const lookMs = Math.ceil(this.#options.quietMs / 3);
    this.#looking ??= setInterval(() => this.#look(), lookMs).unref();
  }

  #look(): void {
    const { quietMs, longestMs } = this.#options;
    const now = performance.now();
    for (const [id, { since, last }] of this.#dirty) {
      if (now - last >= quietMs || now - since >= longestMs) void this.#read(id);
    }
    if (this.#dirty.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  async #known(documents: readonly ListedDocument[]): Promise<Map<string, EntryTitle>> {
    try {
      const titles = await this.#options.index.titles(documents.map(({ id }) => id));
      return new Map(titles.map((title) => [title.id, title]));
    } catch (error) {
      this.#trouble(error, "the search index could not be read");
      return new Map();
    }
  }

  async #bring(ids: readonly string[]): Promise<void> {
    await within(FRESH_MS, Promise.all(ids.map((id) => this.#read(id))));
  }

  /** Rejects never. */
  #read(documentId: string): Promise<void> {
    this.#dirty.delete(documentId);
    return this.#inTurn(() => this.#readNow(documentId));
  }

  async #readNow(documentId: string): Promise<void> {
    const { store, index } = this.#options;
    let seq = 0;
    try {
      const [listed] = await store.describe([documentId]);
      if (!listed || this.#isGivenUp(listed)) return;
      ({ seq } = listed);
      // Another node may have read it in.
      const [known] = await index.titles([documentId]);
      if (known?.seq === seq) return;
      const stored = await store.load(documentId);
      if (!stored) return;
      const head = { id: documentId, place: listed.place, seq: stored.seq };
      await index.put(head, packStored(stored));
      this.#failed.delete(documentId);
    } catch (error) {
      const before = this.#failed.get(documentId);
      const attempts = (before?.seq === seq ? before.attempts : 0) + 1;
      this.#failed.set(documentId, { seq, attempts });
      this.#trouble(error, "a document could not be read into the search index", documentId);
    }
  }

  #isGivenUp({ id, seq }: ListedDocument): boolean {
    const failed = this.#failed.get(id);
    return failed?.seq === seq && failed.attempts >= MOST_ATTEMPTS;
  }

  /** In small steps, one document after another. */
  async #catchUp(): Promise<void> {
    const { store } = this.#options;
    let before = Number.MAX_SAFE_INTEGER;
    try {
      while (before > 0 && !this.#isClosed) {
        const documents = await store.list(before, STRETCH);
        const from = documents.length < STRETCH ? 0 : (documents.at(-1)?.place ?? 0);
        await this.#compare(documents, from, before);
        before = from;
      }
      if (!this.#again) this.#retryMs = RETRY_MS.first;
    } catch (error) {
      this.#trouble(error, "the search index could not be brought up to date");
    }
    this.#compareLater();
  }

  /** What other nodes have not read in is nobody's to notice. */
  #compareLater(): void {
    const { compareMs } = this.#options;
    if (compareMs === undefined || this.#isClosed) return;
    clearTimeout(this.#comparison);
    this.#comparison = setTimeout(() => void this.#catchUp(), compareMs).unref();
  }

  async #compare(
    documents: readonly ListedDocument[],
    from: number,
    before: number,
  ): Promise<void> {
    const { store, index } = this.#options;
    const heads = documents.map(({ id, place, seq }) => ({ id, place, seq }));
    const { behind, strays } = await index.compare({ documents: heads, from, before });
    for (const id of behind) await this.#read(id);
    // One may have been made since the list was.
    const there = new Set((await store.describe(strays)).map(({ id }) => id));
    for (const id of strays) if (!there.has(id)) await this.forget(id);
  }

  /** Whatever was left undone is found by comparing again. */
  #trouble(error: unknown, what: string, documentId?: string): void {
    if (this.#isClosed) return;
    this.#options.logger.warn({ err: error, documentId }, what);
    if (this.#again) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.#catchUp();
    }, this.#retryMs).unref();
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS.longest);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }
}
