/**
 * The copy of one document that this browser keeps, one database for each epoch:
 * the text by y-indexeddb, and beside it one record for each change that the
 * server has not acknowledged. Knows no server and no page.
 */
import { signal } from "@preact/signals";
import { clearDocument, fetchUpdates, IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";
import { withinPatience } from "./patience.ts";

/** In y-indexeddb's own database: `custom` is the store that it leaves to others. */
const STORES = ["updates", "custom"];

/** Set once the document was received whole: what lies here may be shown without the server. */
const WHOLE = "whole";

/** First part of the records' keys; the others are a client id and a number. */
const UNSAVED = "unsaved";

type State =
  | { readonly kind: "new" }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly persistence: IndexeddbPersistence; readonly db: IDBDatabase }
  /** It was closed, there is none, or it refused a write: nothing more is promised. */
  | { readonly kind: "ended" };

export class DeviceCopy {
  readonly #documentId: string;
  readonly #doc: Y.Doc;
  readonly #state = signal<State>({ kind: "new" });
  readonly #kept = signal(0);
  #isWhole = false;
  /** Keys of the records, oldest first. */
  #records: IDBValidKey[] = [];
  #made = 0;
  /** How many records there should be. */
  #wanted = 0;
  #isScheduled = false;
  /** Writes that have not ended. */
  #writing = 0;

  constructor(documentId: string, doc: Y.Doc) {
    this.#documentId = documentId;
    this.#doc = doc;
  }

  /** Whether what is typed now is kept on the device. */
  get keeps(): boolean {
    return this.#state.value.kind === "open";
  }

  /** How many of the changes without acknowledgement are on the device; undefined when it keeps nothing. */
  get kept(): number | undefined {
    return this.keeps ? this.#kept.value : undefined;
  }

  /** Whether all that was typed so far is on the device. */
  get isSettled(): boolean {
    return this.#isOpen && this.#writing === 0 && !this.#isScheduled;
  }

  get isNew(): boolean {
    return this.#state.peek().kind === "new";
  }

  /** Whether the document was on the device, whole, when this was opened. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Changes without acknowledgement that were on the device when this was opened. */
  get found(): number {
    return this.#records.length;
  }

  /** Loads what the device has into the document. Never rejects: without a database it fails quietly. */
  async open(epoch: number): Promise<void> {
    if (this.#state.peek().kind !== "new") return;
    this.#state.value = { kind: "opening" };
    const persistence = new IndexeddbPersistence(copyName(this.#documentId, epoch), this.#doc);
    this.#guard(persistence);
    try {
      await withinPatience(this.#load(persistence));
    } catch {
      this.#fail();
      persistence.destroy().catch(() => undefined);
    }
  }

  /** From now on the document may be shown from here alone. */
  async markWhole(): Promise<void> {
    const state = this.#state.peek();
    if (state.kind === "open") await state.persistence.set(WHOLE, 1).catch(() => this.#fail());
  }

  /** Keep as many records as there are changes without acknowledgement; the oldest go first. */
  follow(unsaved: number): void {
    this.#wanted = unsaved;
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    // After y-indexeddb has begun to write the change itself: when the record is there, so is the change.
    queueMicrotask(() => this.#keepRecords());
  }

  /** Takes in what other tabs have written; answers whether the document now has all that is on the device. */
  async refresh(): Promise<boolean> {
    const state = this.#state.peek();
    if (state.kind !== "open") return false;
    return fetchUpdates(state.persistence).then(
      () => true,
      () => false,
    );
  }

  /** Idempotent. What is kept stays. */
  close(): void {
    const state = this.#state.peek();
    this.#fail();
    if (state.kind === "open") void state.persistence.destroy();
  }

  get #isOpen(): boolean {
    return this.#state.peek().kind === "open";
  }

  async #load(persistence: IndexeddbPersistence): Promise<void> {
    const db = await persistence._db;
    db.addEventListener("abort", () => this.#fail());
    for (const end of ["close", "versionchange"]) db.addEventListener(end, () => this.close());
    await persistence.whenSynced;
    this.#isWhole = (await persistence.get(WHOLE)) === 1;
    this.#records = await keysOf(db);
    this.#kept.value = this.#records.length;
    if (this.#state.peek().kind !== "opening") throw new Error("closed meanwhile");
    this.#state.value = { kind: "open", persistence, db };
  }

  /** A database that throws would end the transaction of the key that was pressed, and with it the editor. */
  #guard(persistence: IndexeddbPersistence): void {
    const store = persistence._storeUpdate;
    persistence._storeUpdate = (update, origin) => {
      try {
        store(update, origin);
      } catch {
        this.#fail();
      }
    };
    this.#doc.off("update", store);
    this.#doc.on("update", persistence._storeUpdate);
  }

  /** The copy may have a gap now; what it holds is still worth keeping. */
  #fail(): void {
    this.#state.value = { kind: "ended" };
  }

  #keepRecords(): void {
    this.#isScheduled = false;
    const state = this.#state.peek();
    if (state.kind !== "open" || this.#wanted === this.#records.length) return;
    try {
      this.#write(state.db.transaction(STORES, "readwrite"));
    } catch {
      this.#fail();
    }
  }

  #write(transaction: IDBTransaction): void {
    this.#writing += 1;
    const count = this.#wanted;
    transaction.addEventListener("abort", () => (this.#writing -= 1));
    transaction.addEventListener("complete", () => {
      this.#writing -= 1;
      this.#kept.value = count;
    });
    const store = transaction.objectStore("custom");
    const surplus = Math.max(0, this.#records.length - this.#wanted);
    for (const key of this.#records.splice(0, surplus)) store.delete(key);
    while (this.#records.length < this.#wanted) {
      const key = [UNSAVED, this.#doc.clientID, this.#made++];
      store.put(Date.now(), key);
      this.#records.push(key);
    }
  }
}

/** Forgets the copy of an epoch; other tabs that have it open let go of it. */
export function removeCopy(documentId: string, epoch: number): void {
  clearDocument(copyName(documentId, epoch)).catch(() => undefined);
}

/** Of the database of one version; with an empty epoch, what the names of all versions begin with. */
export function copyName(documentId: string, epoch: number | ""): string {
  return `quire:${documentId}:${epoch}`;
}

function keysOf(db: IDBDatabase): Promise<IDBValidKey[]> {
  return new Promise((resolve, reject) => {
    const all = IDBKeyRange.bound([UNSAVED], [UNSAVED, []]);
    const request = db.transaction("custom").objectStore("custom").getAllKeys(all);
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("not readable")));
  });
}
