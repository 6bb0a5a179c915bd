/**
 * The updates of one Y.Doc in a database of its own, as y-indexeddb laid them out.
 * Each is read by itself, so that a damaged one takes no other with it, and a
 * database that refuses never stops the change that was to be written.
 * Knows no server and no page.
 */
import * as idb from "lib0/indexeddb";
import * as Y from "yjs";

/** The store with the updates. */
export const UPDATES = "updates";

/** A store beside it, left to others. */
export const CUSTOM = "custom";

/** Past so many they are folded into one, when nothing was written for a moment. */
const FOLDING = { updates: 500, pauseMs: 1000 };

export interface UpdateStoreOptions {
  /** Of the database. */
  readonly name: string;
  readonly doc: Y.Doc;
  /** Something was not written. */
  readonly onFailed: () => void;
}

export class UpdateStore {
  readonly #options: UpdateStoreOptions;
  /** What could not be read, by its key: it stays where it is. */
  readonly #damaged = new Map<number, Uint8Array>();
  #db: IDBDatabase | undefined;
  /** Key of the newest update that was read. */
  #newest = 0;
  #count = 0;
  #isClosed = false;
  #folding: ReturnType<typeof setTimeout> | undefined;

  constructor(options: UpdateStoreOptions) {
    this.#options = options;
  }

  /** Updates that could not be read, oldest first. */
  get damaged(): readonly Uint8Array[] {
    return [...this.#damaged.values()];
  }

  /** Loads what is there into the document, and writes each change from now on. Rejects when there is no database. */
  async open(): Promise<IDBDatabase> {
    const { name, doc } = this.#options;
    const stores = [[UPDATES, { autoIncrement: true }], [CUSTOM]] as const;
    const db = await idb.openDB(name, (made) => idb.createStores(made, stores as never));
    if (this.#isClosed) {
      db.close();
      throw new Error("closed meanwhile");
    }
    this.#db = db;
    doc.on("update", this.#onUpdate);
    if (doc.store.clients.size > 0) this.#add(Y.encodeStateAsUpdate(doc));
    await this.refresh();
    return db;
  }

  /** Takes in what others have written. Rejects when it cannot be read. */
  async refresh(): Promise<void> {
    const store = this.#store("readonly");
    const newer = IDBKeyRange.lowerBound(this.#newest, true);
    const [count, keys, updates] = await Promise.all([
      idb.count(store),
      idb.getAllKeys(store, newer) as Promise<number[]>,
      idb.getAll(store, newer) as Promise<Uint8Array[]>,
    ]);
    if (this.#isClosed) throw new Error("closed meanwhile");
    const takeAll = () => keys.forEach((key, index) => this.#take(key, updates[index]));
    Y.transact(this.#options.doc, takeAll, this, false);
    this.#newest = keys.at(-1) ?? this.#newest;
    this.#count = count;
  }

  /** Idempotent. What is kept stays. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#folding);
    this.#options.doc.off("update", this.#onUpdate);
    this.#db?.close();
  }

  #take(key: number, update: Uint8Array = new Uint8Array()): void {
    try {
      // First by itself: of one that is cut off Yjs would take a part before it throws.
      Y.decodeUpdate(update);
      Y.applyUpdate(this.#options.doc, update);
    } catch (error) {
      this.#damaged.set(key, update);
      console.warn("A change that this device kept could not be read.", error);
    }
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin === this) return;
    this.#add(update);
    if (this.#count - this.#damaged.size < FOLDING.updates) return;
    clearTimeout(this.#folding);
    const fold = () => void this.#fold().catch(() => this.#options.onFailed());
    this.#folding = setTimeout(fold, FOLDING.pauseMs);
  };

  /** Nothing may be thrown from here: Yjs and the editor would break off in the middle of a change. */
  #add(update: Uint8Array): void {
    try {
      this.#store("readwrite").add(update);
      this.#count += 1;
    } catch {
      this.#options.onFailed();
    }
  }

  /** One transaction: whoever reads finds what was there before, or the same in one. */
  async #fold(): Promise<void> {
    await this.refresh();
    const store = this.#store("readwrite");
    store.delete(IDBKeyRange.upperBound(this.#newest));
    store.add(Y.encodeStateAsUpdate(this.#options.doc));
    for (const [key, update] of this.#damaged) store.put(update, key);
    this.#count = 1 + this.#damaged.size;
  }

  #store(mode: IDBTransactionMode): IDBObjectStore {
    if (!this.#db) throw new Error("not open");
    return this.#db.transaction(UPDATES, mode).objectStore(UPDATES);
  }
}
