/**
 * What waits in a document for predecessors that are missing: how much it is, and
 * whether an update would add to it. Yjs goes through all of it at each further
 * update, whoever sends that, so it must stay small. Knows no participant.
 */
import * as decoding from "lib0/decoding";
import * as Y from "yjs";
import { isIntegrated } from "../persistence/assembly.ts";
import { inCausalOrder, predecessors, type Struct } from "#protocol/causal-order.ts";

/**
 * What may wait in one document. At either bound a frame costs about two
 * milliseconds; it grows with the bytes, and with the square of the clients.
 */
const MOST = { bytes: 64 * 1024, clients: 200 };

type Decoded = ReturnType<typeof Y.decodeUpdate>;
type IdSet = Decoded["ds"];

/** Ids of insertions and of deletions that are somewhere else than in the document. */
interface Ids {
  readonly structs: IdSet;
  readonly deletions: IdSet;
}

export class Waiting {
  readonly #doc: Y.Doc;
  readonly #leftOut: readonly Decoded[];

  /** @param leftOut Updates that are in the log and not in the document, because they broke it. */
  constructor(doc: Y.Doc, leftOut: readonly Decoded[]) {
    this.#doc = doc;
    this.#leftOut = leftOut;
  }

  /** Whether nothing of it is new: it is in the document, waits for it, or was left out of it. */
  holds(update: Decoded): boolean {
    return isIntegrated(this.#doc, update) || isIntegrated(this.#doc, this.#newIn(update));
  }

  /** Whether too much would wait with this update; what waits already may be sent again. */
  isTooMuch(update: Uint8Array, decoded: Decoded): boolean {
    const clients = decoding.readVarUint(decoding.createDecoder(update));
    return !this.#hasRoom(update.length, clients) && this.#wouldAdd(decoded, clients);
  }

  #hasRoom(bytes: number, clients: number): boolean {
    const { pendingStructs, pendingDs } = this.#doc.store;
    const waiting = (pendingStructs?.update.length ?? 0) + (pendingDs?.length ?? 0);
    if (waiting + bytes > MOST.bytes) return false;
    return (pendingStructs ? clientsIn(pendingStructs.update) : 0) + clients <= MOST.clients;
  }

  #wouldAdd(update: Decoded, clients: number): boolean {
    const reached = this.#reachedBy(update.structs);
    // Of several runs of one client Yjs takes the last alone; nobody honest sends that.
    if (reached.size !== clients) return true;
    const waits = (client: number, end: number) =>
      end > (reached.get(client) ?? this.#state(client));
    const { structs, ds } = this.#newIn(update);
    return (
      structs.some(
        (struct) => !(struct instanceof Y.Skip) && waits(struct.id.client, endOf(struct)),
      ) ||
      [...ds.clients].some(([client, ranges]) =>
        ranges.some(({ clock, len }) => waits(client, clock + len)),
      )
    );
  }

  /** How far each client of an update would be known after it, by the rule of Yjs's `integrateStructs`. */
  #reachedBy(structs: readonly Struct[]): Map<number, number> {
    const reached = new Map<number, number>();
    const known = (client: number) => reached.get(client) ?? this.#state(client);
    for (const struct of inCausalOrder(structs)) {
      const { client, clock } = struct.id;
      const before = known(client);
      const isNext = clock <= before && !(struct instanceof Y.Skip);
      const isReady = isNext && predecessors(struct).every((id) => id.clock < known(id.client));
      reached.set(client, isReady ? Math.max(before, endOf(struct)) : before);
    }
    return reached;
  }

  /** An update without what is not in the document but held beside it. */
  #newIn(update: Decoded): Decoded {
    const held = this.#held();
    const isHeld = (ids: IdSet, client: number, from: number, to: number) =>
      covers(ids, client, Math.max(from, this.#state(client)), to);
    const ds = Y.createDeleteSet();
    for (const [client, ranges] of update.ds.clients) {
      const state = this.#state(client);
      const parts = ranges.map(({ clock, len }) =>
        isHeld(held.deletions, client, clock, clock + len)
          ? { clock, len: Math.min(len, state - clock) }
          : { clock, len },
      );
      ds.clients.set(
        client,
        parts.filter(({ len }) => len > 0),
      );
    }
    const structs = update.structs.filter(
      (struct) => !isHeld(held.structs, struct.id.client, struct.id.clock, endOf(struct)),
    );
    return { structs, ds };
  }

  #held(): Ids {
    const { pendingStructs, pendingDs } = this.#doc.store;
    const updates = [pendingStructs?.update, pendingDs].filter(
      (update) => update !== null && update !== undefined,
    );
    const all = [...updates.map((update) => Y.decodeUpdateV2(update)), ...this.#leftOut];
    return {
      structs: idsOf(all.flatMap(({ structs }) => structs)),
      deletions: Y.mergeDeleteSets(all.map(({ ds }) => ds)),
    };
  }

  #state(client: number): number {
    return Y.getState(this.#doc.store, client);
  }
}

/** The first number of an update is how many clients' structs it holds, in both formats. */
function clientsIn(pending: Uint8Array): number {
  const { restDecoder } = new Y.UpdateDecoderV2(decoding.createDecoder(pending));
  return decoding.readVarUint(restDecoder);
}

function endOf({ id, length }: Struct): number {
  return id.clock + length;
}

function idsOf(structs: readonly Struct[]): IdSet {
  const ids = Y.createDeleteSet();
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue;
    const ranges = ids.clients.get(struct.id.client) ?? [];
    ranges.push({ clock: struct.id.clock, len: struct.length });
    ids.clients.set(struct.id.client, ranges);
  }
  return Y.mergeDeleteSets([ids]);
}

/** Whether one range of a merged set holds all of `from` to `to`. */
function covers({ clients }: IdSet, client: number, from: number, to: number): boolean {
  if (from >= to) return true;
  const ranges = clients.get(client) ?? [];
  return ranges.some(({ clock, len }) => clock <= from && clock + len >= to);
}
