/**
 * Splits a large encoded state into several updates of bounded size that apply
 * one after another, so that a slow line shows progress instead of one frame
 * that takes minutes. Each part needs only what came before it: nothing waits at
 * the receiver. Format: Yjs update v1, `writeClientsStructs` and `writeDeleteSet`.
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { inCausalOrder, type Struct } from "./causal-order.ts";

type Decoded = ReturnType<typeof Y.decodeUpdate>;

/** One client's structs in a part, encoded as they come. */
interface Run {
  readonly firstClock: number;
  count: number;
  readonly encoder: Y.UpdateEncoderV1;
}

/** A state past the first size travels in parts of the second; bytes. */
const LARGE = { state: 1024 * 1024, part: 256 * 1024 };

/** The updates in which a state travels, most often one: to be applied in this order. */
export function partsOf(state: Uint8Array): Uint8Array[] {
  return state.length > LARGE.state ? splitState(state, LARGE.part) : [state];
}

/** Updates that together say what `state` says; the deletions are in the last. */
export function splitState(state: Uint8Array, maxBytes: number): Uint8Array[] {
  if (state.length <= maxBytes) return [state];
  const { structs, ds } = Y.decodeUpdate(state);
  const parts: Uint8Array[] = [];
  let part = new Part();
  for (const struct of inCausalOrder(structs.flatMap((one) => pieces(one, maxBytes)))) {
    if (part.bytes >= maxBytes) {
      parts.push(part.encode());
      part = new Part();
    }
    part.add(struct);
  }
  const last = part.encode(ds);
  return last.length > maxBytes
    ? [...parts, part.encode(), new Part().encode(ds)]
    : [...parts, last];
}

class Part {
  readonly #runs = new Map<number, Run>();
  bytes = 0;

  add(struct: Struct): void {
    const { client, clock } = struct.id;
    const run = this.#runs.get(client) ?? this.#start(client, clock);
    const before = encoding.length(run.encoder.restEncoder);
    struct.write(run.encoder, 0);
    run.count += 1;
    this.bytes += encoding.length(run.encoder.restEncoder) - before;
  }

  encode(ds?: Decoded["ds"]): Uint8Array {
    return encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, this.#runs.size);
      for (const [client, run] of descending(this.#runs)) {
        encoding.writeVarUint(encoder, run.count);
        encoding.writeVarUint(encoder, client);
        encoding.writeVarUint(encoder, run.firstClock);
        encoding.writeUint8Array(encoder, run.encoder.toUint8Array());
      }
      writeDeletions(encoder, ds);
    });
  }

  #start(client: number, firstClock: number): Run {
    const run = { firstClock, count: 0, encoder: new Y.UpdateEncoderV1() };
    this.#runs.set(client, run);
    return run;
  }
}

/** The second half of an update: which ids are deleted. */
export function writeDeletions(encoder: encoding.Encoder, ds: Decoded["ds"] | undefined): void {
  encoding.writeVarUint(encoder, ds?.clients.size ?? 0);
  for (const [client, ranges] of descending(ds?.clients ?? new Map<number, never[]>())) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
}

/** Yjs writes the highest client first, and its merging counts on that. */
function descending<Value>(map: ReadonlyMap<number, Value>): [number, Value][] {
  return [...map].toSorted(([one], [other]) => other - one);
}

/** A long text in pieces, never between the two halves of one character. */
function pieces(struct: Struct, maxLength: number): Struct[] {
  const found: Struct[] = [];
  let rest: Struct | undefined = struct;
  while (rest instanceof Y.Item && isText(rest.content) && rest.length > maxLength) {
    const right: Y.Item = cut(rest, rest.content, maxLength);
    found.push(rest);
    rest = right;
  }
  return [...found, rest];
}

interface Text {
  readonly str: string;
  splice(offset: number): Y.Item["content"];
}

/** Yjs does not export its `ContentString`; it is the only content with a `str`. */
function isText(content: object): content is Text {
  return "str" in content && "splice" in content;
}

/** Shortens `item` and answers what was cut off, linked as Yjs's own `splitItem` does. */
function cut(item: Y.Item, content: Text, at: number): Y.Item {
  const isLowHalf = /[\uDC00-\uDFFF]/.test(content.str.charAt(at));
  const offset = isLowHalf ? at - 1 : at;
  const { client, clock } = item.id;
  const right = new Y.Item(
    Y.createID(client, clock + offset),
    null,
    Y.createID(client, clock + offset - 1),
    null,
    item.rightOrigin,
    item.parent,
    item.parentSub,
    content.splice(offset),
  );
  item.length = offset;
  return right;
}
