/**
 * The copy of one document that this browser keeps, one database for each epoch:
 * its updates, and beside them one record for each change that the server has not
 * acknowledged. Knows no server and no page.
 */
import { signal } from "@preact/signals";
import * as idb from "lib0/indexeddb";
import type * as Y from "yjs";
import { withinPatience } from "./patience.ts";
import { CUSTOM, UPDATES, UpdateStore } from "./update-store.ts";

/** Set once the document was received whole: what lies here may be shown without the server. */
const WHOLE = "whole";

/** First part of the records' keys; the others are a client id and a number. */
const UNSAVED = "unsaved";

type State =
  | { readonly kind: "new" }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly updates: UpdateStore; readonly db: IDBDatabase }
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

  /** Changes in it that could not be read, as they are. */
  get damaged(): readonly Uint8Array[] {
    const state = this.#state.peek();
    return state.kind === "open" ? state.updates.damaged : [];
  }

  /** Loads what the device has into the document. Never rejects: without a database it fails quietly. */
  async open(epoch: number): Promise<void> {
    if (this.#state.peek().kind !== "new") return;
    this.#state.value = { kind: "opening" };
    const name = copyName(this.#documentId, epoch);
    const updates = new UpdateStore({ name, doc: this.#doc, onFailed: () => this.close() });
    try {
      await withinPatience(this.#load(updates));
    } catch {
      this.#state.value = { kind: "ended" };
      updates.close();
    }
  }

  /** From now on the document may be shown from here alone. */
  async markWhole(): Promise<void> {
    const state = this.#state.peek();
    if (state.kind !== "open") return;
    try {
      await idb.put(customOf(state.db, "readwrite"), 1, WHOLE);
    } catch {
      this.close();
    }
  }

  /** Keep as many records as there are changes without acknowledgement; the oldest go first. */
  follow(unsaved: number): void {
    this.#wanted = unsaved;
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    // After the change itself has begun to be written: when the record is there, so is the change.
    queueMicrotask(() => this.#keepRecords());
  }

  /** Takes in what other tabs have written; answers whether the document now has all that can be read. */
  async refresh(): Promise<boolean> {
    const state = this.#state.peek();
    if (state.kind !== "open") return false;
    return withinPatience(state.updates.refresh()).then(
      () => true,
      () => false,
    );
  }

  /** Idempotent. What is kept stays, also when it has a gap now. */
  close(): void {
    const state = this.#state.peek();
    this.#state.value = { kind: "ended" };
    if (state.kind === "open") state.updates.close();
  }

  get #isOpen(): boolean {
    return this.#state.peek().kind === "open";
  }

  async #load(updates: UpdateStore): Promise<void> {
    const db = await updates.open();
    for (const end of ["abort", "close", "versionchange"]) {
      db.addEventListener(end, () => this.close());
    }
    this.#isWhole = (await idb.get(customOf(db), WHOLE)) === 1;
    const all = IDBKeyRange.bound([UNSAVED], [UNSAVED, []]);
    this.#records = await idb.getAllKeys(customOf(db), all);
    this.#kept.value = this.#records.length;
    if (this.#state.peek().kind !== "opening") throw new Error("closed meanwhile");
    this.#state.value = { kind: "open", updates, db };
  }

  #keepRecords(): void {
    this.#isScheduled = false;
    const state = this.#state.peek();
    if (state.kind !== "open" || this.#wanted === this.#records.length) return;
    try {
      this.#write(state.db.transaction([UPDATES, CUSTOM], "readwrite"));
    } catch {
      this.close();
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
    const store = transaction.objectStore(CUSTOM);
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
export async function removeCopy(documentId: string, epoch: number): Promise<void> {
  await withinPatience(idb.deleteDB(copyName(documentId, epoch))).catch(() => undefined);
}

/** The epochs of which the device has a copy, newest first; none where it does not tell. */
export async function keptEpochs(documentId: string): Promise<number[]> {
  const start = copyName(documentId, "");
  return (await databaseNames())
    .filter((name) => name.startsWith(start))
    .map((name) => Number(name.slice(start.length)))
    .filter((epoch) => Number.isSafeInteger(epoch))
    .toSorted((one, other) => other - one);
}

async function databaseNames(): Promise<string[]> {
  try {
    return (await withinPatience(indexedDB.databases())).map(({ name = "" }) => name);
  } catch {
    return [];
  }
}

/** Of the database of one version; with an empty epoch, what the names of all versions begin with. */
export function copyName(documentId: string, epoch: number | ""): string {
  return `quire:${documentId}:${epoch}`;
}

function customOf(db: IDBDatabase, mode: IDBTransactionMode = "readonly"): IDBObjectStore {
  return db.transaction(CUSTOM, mode).objectStore(CUSTOM);
}
