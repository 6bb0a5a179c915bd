/**
 * Random editing against a store and a model side by side: several people type, their
 * updates arrive out of order, the store compacts and is reopened in between.
 */
import assert from "node:assert/strict";
import * as Y from "yjs";
import type { Store } from "../../persistence/store.ts";
import type { Random } from "../helpers/random.ts";
import { entry, newDocument, rebuilt } from "./sample-documents.ts";

export interface FuzzOptions {
  readonly store: Store;
  readonly random: Random;
  readonly steps: number;
  /** Closes the store and opens it again on the same data; default: it stays open. */
  readonly reopen?: (store: Store) => Promise<Store>;
}

const DOCUMENT = "fuzzed";

/** What was stored always loads as the model that was given the same updates. */
export async function fuzzStore({ steps, ...options }: FuzzOptions): Promise<void> {
  const run = new FuzzRun(options);
  await options.store.create(newDocument(DOCUMENT));
  for (let step = 0; step < steps; step += 1) await run.step();
  while (run.isUnderWay) await run.deliver();
  await run.compare();
}

async function stayOpen(store: Store): Promise<Store> {
  return store;
}

class FuzzRun {
  readonly #random: Random;
  readonly #reopen: (store: Store) => Promise<Store>;
  readonly #model = new Y.Doc();
  readonly #people: readonly Y.Doc[];
  #store: Store;
  #wire: Uint8Array[] = [];
  #seq = 0;

  constructor({ store, random, reopen = stayOpen }: Omit<FuzzOptions, "steps">) {
    this.#store = store;
    this.#random = random;
    this.#reopen = reopen;
    this.#people = [1, 2, 3].map((clientID) => this.#person(clientID));
  }

  /** Updates were made that the store has not got. */
  get isUnderWay(): boolean {
    return this.#wire.length > 0;
  }

  async step(): Promise<void> {
    const dice = this.#random.int(100);
    if (dice < 45) this.#edit();
    else if (dice < 80) await this.deliver();
    else if (dice < 86) this.#catchUp();
    else if (dice < 91) await this.#store.compact(DOCUMENT, this.#random.int(this.#seq + 3));
    else if (dice < 93) this.#store = await this.#reopen(this.#store);
    else await this.compare();
  }

  /** Up to three updates, often not in the order in which they were made. */
  async deliver(): Promise<void> {
    const batch = Array.from({ length: Math.min(1 + this.#random.int(3), this.#wire.length) });
    const updates = batch.flatMap(() => this.#wire.splice(this.#random.int(4), 1));
    for (const update of updates) Y.applyUpdate(this.#model, update);
    const first = this.#seq + 1;
    this.#seq += updates.length;
    await this.#store.append(
      updates.map((update, index) => entry(DOCUMENT, first + index, update)),
    );
  }

  async compare(): Promise<void> {
    const stored = await this.#store.load(DOCUMENT);
    const doc = rebuilt(stored);
    assert.equal(stored?.seq, this.#seq);
    assert.equal(doc.getText("content").toString(), this.#model.getText("content").toString());
    assert.deepEqual(Y.encodeStateVector(doc), Y.encodeStateVector(this.#model));
    assert.equal(doc.store.pendingStructs === null, this.#model.store.pendingStructs === null);
  }

  #person(clientID: number): Y.Doc {
    const doc = new Y.Doc();
    doc.clientID = clientID;
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#wire.push(update);
    });
    return doc;
  }

  #edit(): void {
    const text = this.#random.pick(this.#people).getText("content");
    const at = this.#random.int(text.length + 1);
    const length = Math.min(this.#random.int(5), text.length - at);
    if (length > 0 && this.#random.int(3) === 0) text.delete(at, length);
    else text.insert(at, "x".repeat(this.#random.int(20)) + this.#random.int(1000));
  }

  #catchUp(): void {
    const person = this.#random.pick(this.#people);
    Y.applyUpdate(person, Y.encodeStateAsUpdate(this.#model), this);
  }
}
