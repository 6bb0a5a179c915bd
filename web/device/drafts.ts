/**
 * Text of documents that never may be merged in, because it is of an earlier version
 * or the server never takes it: kept on the device, in a database of its own, until
 * somebody discards it. Where there is no database it is kept as long as the tab lives.
 */
import * as idb from "lib0/indexeddb";
import { withinPatience } from "./patience.ts";

const NAME = "quire";
const STORE = "drafts";

export interface Draft {
  /** Differs for each; negative where the tab alone has it. */
  readonly key: number;
  readonly documentId: string;
  /** Of the version that the text belongs to. */
  readonly epoch: number;
  readonly text: string;
  /** When it was set aside, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Why the server never takes it; none: it has another version. */
  readonly reason?: "too large" | "malformed" | undefined;
  /** Changes that belong to it and could not be read. */
  readonly damaged?: readonly Uint8Array[];
}

export class Drafts {
  readonly #db: IDBDatabase | undefined;
  /** Those that the device would not take. */
  #inTab: Draft[] = [];
  #numbered = 0;

  private constructor(db: IDBDatabase | undefined) {
    this.#db = db;
  }

  static async open(): Promise<Drafts> {
    const stores = [[STORE, { keyPath: "key", autoIncrement: true }]] as const;
    const opening = idb.openDB(NAME, (db) => idb.createStores(db, stores as never));
    return new Drafts(await withinPatience(opening).catch(() => undefined));
  }

  /** Whether this browser lets the page keep anything. */
  get hasDatabase(): boolean {
    return this.#db !== undefined;
  }

  /** Whether closing the tab would lose one. */
  get wouldLoseOne(): boolean {
    return this.#inTab.length > 0;
  }

  /** The same text of the same version is kept once: two tabs may both set it aside. */
  async add(draft: Omit<Draft, "key">): Promise<void> {
    const kept = await this.of(draft.documentId);
    if (kept.some((other) => isSame(other, draft))) return;
    try {
      await this.#store("readwrite", (store) => store.add(draft));
    } catch {
      this.#inTab.push({ ...draft, key: (this.#numbered -= 1) });
    }
  }

  /** Those of one document, newest first. */
  async of(documentId: string): Promise<Draft[]> {
    const kept = await this.#store<Draft[]>("readonly", (store) => store.getAll()).catch(() => []);
    return [...kept, ...this.#inTab]
      .filter((draft) => draft.documentId === documentId)
      .toSorted((one, other) => other.at - one.at);
  }

  async remove(key: number): Promise<void> {
    this.#inTab = this.#inTab.filter((draft) => draft.key !== key);
    await this.#store("readwrite", (store) => store.delete(key)).catch(() => undefined);
  }

  /** Resolves when the transaction is complete, and not before. */
  async #store<T>(
    mode: "readonly" | "readwrite",
    use: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    if (!this.#db) throw new Error("this browser keeps nothing");
    const transaction = this.#db.transaction(STORE, mode);
    const request = use(transaction.objectStore(STORE));
    const done = Promise.withResolvers<T>();
    transaction.addEventListener("complete", () => done.resolve(request.result));
    transaction.addEventListener("abort", () => done.reject(transaction.error));
    return done.promise;
  }
}

function isSame(one: Omit<Draft, "key">, other: Omit<Draft, "key">): boolean {
  const damages = [one, other].map(({ damaged = [] }) => damaged.length);
  return one.text === other.text && one.epoch === other.epoch && damages[0] === damages[1];
}

let opened: Promise<Drafts> | undefined;

/** Those of this tab: opened once. */
export function drafts(): Promise<Drafts> {
  opened ??= Drafts.open();
  return opened;
}
