/**
 * An open document: takes in what clients send, whole updates or nothing, and answers
 * with states. Asleep it is the bytes of its state, which is all that a newcomer needs;
 * it becomes a Y.Doc when somebody writes. Knows no participant, no log and no wire.
 */
import * as Y from "yjs";
import { CONTENT, META, titleOf } from "#protocol/document.ts";
import { partsOf } from "#protocol/state-parts.ts";
import { assemble, isIntegrated } from "../persistence/assembly.ts";
import type { StoredDocument } from "../persistence/store.ts";
import { type CharacterId, type Insertion, insertionIn } from "./insertion.ts";
import { encodeRevision, type Revision } from "./revision.ts";
import { Waiting } from "./waiting.ts";

/**
 * - `applied`: taken in.
 * - `waiting`: kept, until what it builds on comes.
 * - `known`: it brought nothing that is not here already.
 * - `malformed`: it does not decode; nothing of it is here.
 * - `full`: it would make the document too large; nothing of it is here.
 * - `crowded`: too much would wait with it; nothing of it is here.
 * - `broken`: it decoded but could not be applied; this object must be rebuilt.
 */
export type Outcome = "applied" | "waiting" | "known" | "malformed" | "full" | "crowded" | "broken";

export interface Offer {
  readonly update: Uint8Array;
  /** A whole state rather than an edit: it may hold what waits here already. */
  readonly isState: boolean;
}

type Decoded = ReturnType<typeof Y.decodeUpdate>;

/** What it is made of at the moment. */
type Form =
  | { readonly kind: "asleep"; readonly state: Uint8Array; readonly vector: Uint8Array }
  | { readonly kind: "awake"; readonly doc: Y.Doc; readonly waiting: Waiting };

type Awake = Extract<Form, { kind: "awake" }>;

/** No structs and no deletions. */
const NOTHING = Uint8Array.of(0, 0);

export class LiveDocument {
  /** Whether the last one given to the constructor is in. */
  readonly holdsLast: boolean;
  #form: Form;
  #leftOut = 0;
  readonly #maxBytes: number;
  /** At least the size of the encoded state; exact after it was measured. */
  #bytes: number;
  /** The whole encoded state, until the next update. */
  #parts: readonly Uint8Array[] | undefined;

  /**
   * @param maxBytes of the encoded state; 0: no limit.
   * @throws when stored bytes do not decode: the document must not open blank.
   */
  constructor({ snapshot, tail }: Pick<StoredDocument, "snapshot" | "tail">, maxBytes: number) {
    const updates = snapshot ? [snapshot, ...tail] : tail;
    this.#maxBytes = maxBytes;
    this.#bytes = updates.reduce((sum, update) => sum + update.length, 0);
    if (tail.length === 0) {
      this.#form = asleep(snapshot ?? NOTHING);
      this.holdsLast = true;
    } else {
      const { form, aside } = awake(updates);
      [this.#form, this.#leftOut] = [form, aside.size];
      this.holdsLast = !aside.has(updates.length - 1);
    }
  }

  /** How many stored updates could not be applied, and are left out, as far as is known asleep. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Let go of the Y.Doc, which takes many times the memory of its bytes, until it is needed. */
  sleep(): void {
    if (this.#form.kind === "asleep" || this.leftOut > 0 || this.hasGap) return;
    const { doc } = this.#form;
    const state = Y.encodeStateAsUpdate(doc);
    this.#form = { kind: "asleep", state, vector: Y.encodeStateVector(doc) };
    this.#bytes = state.length;
    doc.destroy();
  }

  /** Whether something in it waits for what is not there. */
  get hasGap(): boolean {
    const { pendingStructs, pendingDs } = this.#doc.store;
    return pendingStructs !== null || pendingDs !== null;
  }

  /** All of it, as a newcomer is sent it. */
  get state(): Uint8Array {
    return this.#form.kind === "asleep" ? this.#form.state : Y.encodeStateAsUpdate(this.#form.doc);
  }

  get content(): string {
    return this.#doc.getText(CONTENT).toString();
  }

  get title(): string {
    return titleOf(this.givenTitle, this.content);
  }

  /** As set by somebody; anything, since any client may write it. */
  get givenTitle(): unknown {
    return this.#doc.getMap(META).get("title");
  }

  /** As set by somebody. */
  get language(): string | undefined {
    const language = this.#doc.getMap(META).get("language");
    return typeof language === "string" && language ? language : undefined;
  }

  /**
   * Take in one tick's updates in one transaction; one outcome each, in order.
   * Stops after a broken one: the document is not what the log says any more.
   */
  take(offers: readonly Offer[]): Outcome[] {
    // What a newcomer answers to a step 1: no reason to wake.
    if (offers.every(({ update }) => isNothing(update))) return offers.map(() => "known");
    const outcomes: Outcome[] = [];
    try {
      this.#doc.transact(() => {
        for (const offer of offers) {
          outcomes.push(this.#takeOne(offer));
          if (outcomes.at(-1) === "broken") return;
        }
      });
    } catch {
      // Yjs failed while tidying up after the transaction, so the last one taken is to blame as far as can be told.
      outcomes[outcomes.length - 1] = "broken";
    }
    return outcomes;
  }

  /**
   * The update that makes this change, which is not made by that; undefined when nothing changes.
   * `full` when it would make the document too large.
   */
  compose(revision: Revision, client: number): Uint8Array | "full" | undefined {
    const update = encodeRevision(this.#doc, revision, client);
    // What only deletes has no structs, and always passes.
    const fits = !update || update[0] === 0 || this.#fits(update.length);
    return fits ? update : "full";
  }

  /** Take in what is on disk already, whatever the limits. False when that broke this object. */
  follow(updates: readonly Uint8Array[]): boolean {
    let isSound = true;
    try {
      this.#doc.transact(() => {
        isSound = updates.every((update) => this.#apply(update));
      });
    } catch {
      return false;
    }
    return isSound;
  }

  /**
   * What a holder of `vector` lacks, as updates to be applied in this order. The
   * whole document is encoded once for everybody, until it changes.
   * @throws when the vector does not decode.
   */
  partsSince(vector: Uint8Array): readonly Uint8Array[] {
    const lacksAll = vector.length === 1 && vector[0] === 0;
    if (!lacksAll) return partsOf(Y.encodeStateAsUpdate(this.#doc, vector));
    this.#parts ??= partsOf(this.state);
    return this.#parts;
  }

  vector(): Uint8Array {
    return this.#form.kind === "asleep" ? this.#form.vector : Y.encodeStateVector(this.#form.doc);
  }

  destroy(): void {
    if (this.#form.kind === "awake") this.#form.doc.destroy();
  }

  get #doc(): Y.Doc {
    return this.#awake().doc;
  }

  #awake(): Awake {
    if (this.#form.kind === "awake") return this.#form;
    const { form, aside } = awake([this.#form.state]);
    [this.#form, this.#leftOut] = [form, aside.size];
    return form;
  }

  #takeOne({ update, isState }: Offer): Outcome {
    const insertion = isState ? undefined : insertionIn(update);
    if (insertion && this.#isNext(insertion)) return this.#insert(update, insertion);
    const decoded = decode(update);
    if (!decoded) return "malformed";
    const { waiting } = this.#awake();
    if (isState ? waiting.holds(decoded) : isIntegrated(this.#doc, decoded)) return "known";
    if (decoded.structs.length > 0 && !this.#fits(update.length)) return "full";
    if (waiting.isTooMuch(update, decoded)) return "crowded";
    if (!this.#apply(update)) return "broken";
    return isIntegrated(this.#doc, decoded) ? "applied" : "waiting";
  }

  /** Whether all that it builds on is here, and nothing of it. */
  #isNext({ client, clock, left, right }: Insertion): boolean {
    const { store } = this.#doc;
    const isHere = (id: CharacterId | undefined) => !id || id.clock < Y.getState(store, id.client);
    return Y.getState(store, client) === clock && isHere(left) && isHere(right);
  }

  /** The short way of `#takeOne`: it is neither known nor malformed, and need not wait. */
  #insert(update: Uint8Array, { client, clock, length }: Insertion): Outcome {
    if (!this.#fits(update.length)) return "full";
    if (!this.#apply(update)) return "broken";
    return Y.getState(this.#doc.store, client) >= clock + length ? "applied" : "waiting";
  }

  /** False when that broke the document. */
  #apply(update: Uint8Array): boolean {
    this.#parts = undefined;
    try {
      Y.applyUpdate(this.#doc, update);
    } catch {
      return false;
    }
    this.#bytes += update.length;
    return true;
  }

  /** The running sum only grows; the state is measured when the sum says the limit is reached. */
  #fits(more: number): boolean {
    if (this.#maxBytes === 0 || this.#bytes + more <= this.#maxBytes) return true;
    this.#bytes = Y.encodeStateAsUpdate(this.#doc).length;
    return this.#bytes + more <= this.#maxBytes;
  }
}

/** @throws when it does not decode. */
function asleep(state: Uint8Array): Form {
  const decoded = decode(state);
  if (!decoded) throw new Error("a snapshot does not decode");
  const known = new Map<number, number>();
  for (const struct of decoded.structs) {
    const { client, clock } = struct.id;
    // After a gap comes what waits; the vector ends before it.
    const follows = !(struct instanceof Y.Skip) && clock === (known.get(client) ?? 0);
    if (follows) known.set(client, clock + struct.length);
  }
  return { kind: "asleep", state, vector: Y.encodeStateVector(known) };
}

/** @throws when it does not decode. */
function awake(updates: readonly Uint8Array[]): { form: Awake; aside: ReadonlySet<number> } {
  const { doc, aside } = assemble(updates);
  const leftOut = [...aside].flatMap((index) => decode(updates[index] ?? NOTHING) ?? []);
  return { form: { kind: "awake", doc, waiting: new Waiting(doc, leftOut) }, aside };
}

function isNothing(update: Uint8Array): boolean {
  return update.length === NOTHING.length && update.every((byte) => byte === 0);
}

/** Undefined when it is malformed. */
function decode(update: Uint8Array): Decoded | undefined {
  try {
    const decoded = Y.decodeUpdate(update);
    return isCountable(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** Beyond the safe integers Yjs would write a state vector that no client can read. */
function isCountable({ structs, ds }: Decoded): boolean {
  return (
    structs.every(({ id, length }) => Number.isSafeInteger(id.clock + length)) &&
    [...ds.clients.values()].flat().every(({ clock, len }) => Number.isSafeInteger(clock + len))
  );
}
