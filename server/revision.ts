/**
 * A change of a document as data, and the update that makes it, encoded without touching
 * the document: nobody may see an edit of the server's own before it is on disk. Knows no
 * room. Format: Yjs update v1, as `Item.write` and `DeleteSet` have it.
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { CONTENT, META } from "#protocol/document.ts";
import { writeDeletions } from "#protocol/state-parts.ts";

/** Puts `insert` in the place of a range of the text; positions are UTF-16 code units of the text before. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** What is not named stays. */
export interface Revision {
  /** From left to right; they neither overlap nor insert at the same place twice. */
  readonly splices?: readonly Splice[] | undefined;
  /** null: there is none any more. */
  readonly title?: string | null | undefined;
  readonly language?: string | null | undefined;
}

/** A place between two neighbours in the Y.Text, deleted ones included. */
interface Gap {
  readonly left: Y.ID | null;
  readonly right: Y.ID | null;
}

/**
 * Undefined when it would change nothing.
 * @param client Id that the inserted items get; nobody else may write with it.
 */
export function encodeRevision(
  doc: Y.Doc,
  revision: Revision,
  client: number,
): Uint8Array | undefined {
  const writing = new Writing(doc, client);
  writing.splice(revision.splices ?? []);
  writing.set("title", revision.title);
  writing.set("language", revision.language);
  return writing.encode();
}

class Writing {
  readonly #doc: Y.Doc;
  readonly #client: number;
  readonly #firstClock: number;
  #clock: number;
  #items = 0;
  readonly #structs = new Y.UpdateEncoderV1();
  readonly #deleted = Y.createDeleteSet();

  constructor(doc: Y.Doc, client: number) {
    this.#doc = doc;
    this.#client = client;
    this.#firstClock = Y.getState(doc.store, client);
    this.#clock = this.#firstClock;
  }

  splice(splices: readonly Splice[]): void {
    const text = this.#doc.getText(CONTENT);
    const walk = new Walk(text);
    for (const { from, to, insert } of splices) {
      const gap = walk.gapAt(from);
      if (insert) this.#insert(gap, text, null, new Y.ContentString(insert));
      if (to > from) walk.eachUpTo(to, (id, length) => this.#delete(id, length));
    }
  }

  /** As `Y.Map.set` and `Y.Map.delete` do. */
  set(key: string, value: string | null | undefined): void {
    const map = this.#doc.getMap(META);
    const now = map.get(key);
    if (value === undefined || value === (now ?? null)) return;
    const entry = map._map.get(key);
    if (entry && !entry.deleted) this.#delete(entry.id, entry.length);
    if (value === null) return;
    this.#insert({ left: entry?.lastId ?? null, right: null }, map, key, new Y.ContentAny([value]));
  }

  encode(): Uint8Array | undefined {
    if (this.#items === 0 && this.#deleted.clients.size === 0) return undefined;
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, Math.min(this.#items, 1));
      if (this.#items > 0) {
        for (const number of [this.#items, this.#client, this.#firstClock]) {
          encoding.writeVarUint(encoder, number);
        }
        encoding.writeUint8Array(encoder, this.#structs.toUint8Array());
      }
      writeDeletions(encoder, Y.mergeDeleteSets([this.#deleted]));
    });
  }

  #insert({ left, right }: Gap, parent: Parent, key: string | null, content: Content): void {
    const id = Y.createID(this.#client, this.#clock);
    new Y.Item(id, null, left, null, right, parent, key, content).write(this.#structs, 0);
    this.#items += 1;
    this.#clock += content.getLength();
  }

  #delete({ client, clock }: Y.ID, len: number): void {
    const ranges = this.#deleted.clients.get(client) ?? [];
    this.#deleted.clients.set(client, ranges);
    const last = ranges.at(-1);
    // What follows one another is one range, so that a long text is deleted in a few bytes.
    if (last && last.clock + last.len === clock) last.len += len;
    else ranges.push({ clock, len });
  }
}

type Parent = NonNullable<ConstructorParameters<typeof Y.Item>[5]>;
type Content = Y.Item["content"];

/** Goes once through the items of a Y.Text, from left to right. What is no text counts for no position. */
class Walk {
  #item: Y.Item | null;
  /** Position in the text at which `#item` starts. */
  #start = 0;
  /** Newest item before `#item`, visible or not. */
  #before: Y.Item | null = null;
  #at = 0;

  constructor(text: Y.Text) {
    this.#item = text._start;
  }

  /** Right behind the character before `position`, in front of whatever else stands there. */
  gapAt(position: number): Gap {
    this.#at = position;
    for (let item = this.#item; item; item = this.#next(item)) {
      // At its very start the place belongs to what stands before it.
      if (position === this.#start) break;
      const offset = position - this.#start;
      const { client, clock } = item.id;
      if (offset > lengthOf(item)) continue;
      const left = Y.createID(client, clock + offset - 1);
      const isWithin = offset < lengthOf(item);
      return { left, right: isWithin ? Y.createID(client, clock + offset) : idOf(item.right) };
    }
    if (position > this.#start) throw new RangeError(`there is no position ${position}`);
    return { left: this.#before?.lastId ?? null, right: idOf(this.#item) };
  }

  /** Tells of the characters from where the last gap was up to `position`, a run at a time. */
  eachUpTo(position: number, tell: (first: Y.ID, length: number) => void): void {
    for (let item = this.#item; item && this.#at < position; item = this.#next(item)) {
      const offset = this.#at - this.#start;
      const length = Math.min(lengthOf(item) - offset, position - this.#at);
      const { client, clock } = item.id;
      if (length > 0) tell(Y.createID(client, clock + offset), length);
      this.#at += Math.max(0, length);
      // The next gap may lie within it.
      if (this.#at < this.#start + lengthOf(item)) return;
    }
    if (this.#at < position) throw new RangeError(`there is no position ${position}`);
  }

  #next(item: Y.Item): Y.Item | null {
    this.#start += lengthOf(item);
    this.#before = item;
    this.#item = item.right;
    return this.#item;
  }
}

/** Of the text that can be seen. */
function lengthOf(item: Y.Item): number {
  return !item.deleted && item.content instanceof Y.ContentString ? item.length : 0;
}

function idOf(item: Y.Item | null): Y.ID | null {
  return item?.id ?? null;
}
