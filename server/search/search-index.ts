/** The search index as the server sees it: asynchronous, in a thread of its own. Knows no store. */
import type { Packed } from "../../persistence/packing.ts";
import type { EntryHead } from "../../persistence/search-entry.ts";
import { AskedThread } from "../asked-thread.ts";
import type { SearchCalls, SearchQuestion, Stretch } from "./search-calls.ts";

/** For the largest document; milliseconds. */
const LONGEST_MS = 60_000;

const IDLE_MS = 60_000;

const MEMORY_MB = 768;

export interface SearchIndexOptions {
  /** The file of its thread. */
  readonly file: URL;
  /** What tells it where the index is. */
  readonly workerData: unknown;
  readonly onClose?: () => void;
}

/** Each rejects when it fails; what comes next has a new thread. */
export class SearchIndex {
  readonly #thread: AskedThread<SearchQuestion, unknown>;

  readonly #onClose: (() => void) | undefined;

  constructor({ file, workerData, onClose }: SearchIndexOptions) {
    this.#onClose = onClose;
    this.#thread = new AskedThread({
      file,
      longestMs: LONGEST_MS,
      idleMs: IDLE_MS,
      memoryMb: MEMORY_MB,
      workerData,
    });
  }

  /** Reads a document in; its bytes are handed over. */
  put(head: EntryHead, stored: Packed): Promise<void> {
    return this.#ask("put", [head, stored], [stored.bytes.buffer]);
  }

  remove(id: string): Promise<void> {
    return this.#ask("remove", [id]);
  }

  /** Of those that were read, as they were then. */
  titles(ids: readonly string[]) {
    return this.#ask("titles", [ids]);
  }

  compare(stretch: Stretch) {
    return this.#ask("compare", [stretch]);
  }

  /** Documents of lower places that hold each word of the query, newest first. */
  find(query: string, before: number, most: number) {
    return this.#ask("find", [query, before, most]);
  }

  /** What it is doing is given up, and done again later. */
  close(): Promise<void> {
    this.#onClose?.();
    return this.#thread.close();
  }

  #ask<Name extends keyof SearchCalls>(
    call: Name,
    args: SearchCalls[Name]["args"],
    transfer: readonly ArrayBuffer[] = [],
  ) {
    return this.#thread.ask({ call, args }, { transfer }) as Promise<SearchCalls[Name]["answer"]>;
  }
}
