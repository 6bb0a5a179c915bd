/**
 * What a migration has to do, from the names of what both stores hold: nothing is read of a
 * document and nothing written before it is certain that the target holds nothing else.
 */
import type { HeldDocument, KeyRange, RowReader, RowWriter } from "./document-rows.ts";
import { StoreError } from "./store-error.ts";

/** Documents of neighbouring keys that are copied in one transaction. */
export interface Group extends KeyRange {
  readonly documents: readonly HeldDocument[];
  /** Whether they are in the target, whole. */
  readonly isThere: boolean;
}

export interface MigrationPlan {
  readonly groups: readonly Group[];
  /** In a target that is not finished: what the source has no more. */
  readonly strangers: readonly HeldDocument[];
  /** Otherwise it is finished, and there is only something to compare. */
  readonly mayWrite: boolean;
}

/** A group has about so much: many small documents share a commit, and little is done again. */
const GROUP = { documents: 200, bytes: 8 * 1024 * 1024 };

/** @throws StoreError `exists` for a target that holds something else. */
export async function planOf(source: RowReader, target: RowWriter): Promise<MigrationPlan> {
  const [wanted, held] = [await source.documents(), await target.documents()];
  const mayWrite = held.length === 0 || (await target.isUnfinished());
  const strangers = strangersIn(held, wanted);
  // Nobody but a migration has written to what is not finished.
  if (!mayWrite) refuse(strangers, target.name);
  if (!mayWrite && held.length < wanted.length) {
    const count = `${held.length} of the ${wanted.length} documents`;
    throw new StoreError("exists", `${target.name} holds ${count} and is in use already`, {
      hint: "Migrate into an empty one.",
    });
  }
  const there = new Set(held.map(({ key }) => key));
  for (const { key } of strangers) there.delete(key);
  return { groups: [...groupsOf(wanted, there)], strangers, mayWrite };
}

/** By key and id: rows of other documents would stand in the way of what is copied. */
function strangersIn(
  held: readonly HeldDocument[],
  wanted: readonly HeldDocument[],
): readonly HeldDocument[] {
  const ids = new Map(wanted.map(({ key, id }) => [key, id]));
  return held.filter(({ key, id }) => ids.get(key) !== id);
}

function refuse(strangers: readonly HeldDocument[], name: string): void {
  if (strangers.length === 0) return;
  const what = `${strangers.length} documents that the source does not have`;
  throw new StoreError("exists", `${name} holds ${what}, such as ${strangers[0]?.id}`, {
    hint: "Migrate into an empty one.",
  });
}

function* groupsOf(documents: readonly HeldDocument[], there: ReadonlySet<number>) {
  let [group, bytes] = [[] as HeldDocument[], 0];
  for (const document of documents) {
    const [first] = group;
    const isFull = group.length >= GROUP.documents || bytes + document.bytes > GROUP.bytes;
    if (first && (isFull || there.has(first.key) !== there.has(document.key))) {
      yield groupOf(group, there);
      [group, bytes] = [[], 0];
    }
    group.push(document);
    bytes += document.bytes;
  }
  if (group.length > 0) yield groupOf(group, there);
}

function groupOf(documents: readonly HeldDocument[], there: ReadonlySet<number>): Group {
  const [from = 0, to = 0] = [documents[0]?.key, documents.at(-1)?.key];
  return { from, to, documents, isThere: there.has(from) };
}
