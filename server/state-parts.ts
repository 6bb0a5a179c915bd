/**
 * Splits a large encoded state into several updates of bounded size that apply
 * one after another, so that a slow line shows progress instead of one frame
 * that takes minutes. Each part needs only what came before it: nothing waits at
 * the receiver. Format: Yjs update v1, `writeClientsStructs` and `writeDeleteSet`.
 */
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

type Decoded = ReturnType<typeof Y.decodeUpdate>;
type Struct = Decoded["structs"][number];

/** One client's structs in a part, encoded as they come. */
interface Run {
  readonly firstClock: number;
  count: number;
  readonly encoder: Y.UpdateEncoderV1;
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
  return [...parts, part.encode(ds)];
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

function writeDeletions(encoder: encoding.Encoder, ds: Decoded["ds"] | undefined): void {
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

/** Each struct after those of other clients that it refers to. */
function* inCausalOrder(structs: readonly Struct[]): Generator<Struct> {
  const queues = new Map<number, Struct[]>();
  for (const struct of structs.toReversed()) {
    const queue = queues.get(struct.id.client) ?? [];
    queue.push(struct);
    queues.set(struct.id.client, queue);
  }
  for (const client of queues.keys()) yield* drain(client, queues);
}

/** A client's queue to its end, going into the others' as far as it needs them. Queues are stacks: the next is last. */
function* drain(client: number, queues: ReadonlyMap<number, Struct[]>): Generator<Struct> {
  const path = [client];
  for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
    const queue = queues.get(current) ?? [];
    const struct = queue.at(-1);
    const needed = struct && neededBy(struct, queues);
    if (needed !== undefined && !path.includes(needed)) {
      path.push(needed);
      continue;
    }
    if (struct) yield struct;
    queue.pop();
    if (path.length > 1 || queue.length === 0) path.pop();
  }
}

/** A client whose next struct must come first. */
function neededBy(struct: Struct, queues: ReadonlyMap<number, Struct[]>): number | undefined {
  if (!(struct instanceof Y.Item)) return undefined;
  const parent = struct.parent instanceof Y.ID ? struct.parent : null;
  const missing = [struct.origin, struct.rightOrigin, parent].find((id) => {
    if (!id || id.client === struct.id.client) return false;
    const next = queues.get(id.client)?.at(-1);
    return next !== undefined && next.id.clock <= id.clock;
  });
  return missing?.client;
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
