/**
 * The structs of an update in an order in which each can be integrated: after
 * those of other clients that it refers to. Knows no document.
 */
import * as Y from "yjs";

/** An insertion, a tombstone or a gap, as `Y.decodeUpdate` gives them. */
export type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];

/** What must be there before `struct` can be integrated; its own client's earlier structs aside. */
export function predecessors(struct: Struct): Y.ID[] {
  if (!(struct instanceof Y.Item)) return [];
  const parent = struct.parent instanceof Y.ID ? struct.parent : null;
  return [struct.origin, struct.rightOrigin, parent].filter(
    (id): id is Y.ID => id !== null && id.client !== struct.id.client,
  );
}

/** Each struct after those of other clients that it refers to, unless they go round in a circle. */
export function* inCausalOrder(structs: readonly Struct[]): Generator<Struct> {
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
  const onPath = new Set(path);
  for (let current = path.at(-1); current !== undefined; current = path.at(-1)) {
    const queue = queues.get(current) ?? [];
    const struct = queue.at(-1);
    const needed = struct && neededBy(struct, queues);
    if (needed !== undefined && !onPath.has(needed)) {
      path.push(needed);
      onPath.add(needed);
      continue;
    }
    if (struct) yield struct;
    queue.pop();
    if (path.length > 1 || queue.length === 0) onPath.delete(path.pop() ?? current);
  }
}

/** A client whose next struct must come first. */
function neededBy(struct: Struct, queues: ReadonlyMap<number, Struct[]>): number | undefined {
  const missing = predecessors(struct).find(({ client, clock }) => {
    const next = queues.get(client)?.at(-1);
    return next !== undefined && next.id.clock <= clock;
  });
  return missing?.client;
}
