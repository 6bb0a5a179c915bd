/**
 * Whether a document is in one store what it is in another: every column of every row, what a
 * server makes of them, and the attachments. Tells what is damaged here and there alike.
 */
import { createHash } from "node:crypto";
import type { AttachmentMove } from "./attachment-move.ts";
import { DOCUMENT_PARTS, type HeldDocument, type RowReader } from "./document-rows.ts";
import type { RowDigests } from "./row-digests.ts";
import type { StoredDocument } from "./store.ts";

/** What is not as it should be. */
export interface Finding {
  /** Its id; none: it concerns the store as a whole. */
  readonly document?: string;
  /** Such as `other links` or `update 4 is damaged`. */
  readonly problem: string;
}

/** What a comparison has found of some documents, and how much it has looked at. */
export interface Comparison {
  readonly edits: number;
  readonly attachments: number;
  /** In what the target is not the source. */
  readonly differences: readonly Finding[];
  /** What is damaged in the source, and is carried over as it is. */
  readonly damage: readonly Finding[];
}

/** A store and its rows. */
export interface Side {
  readonly store: Pick<RowReader, "load">;
  readonly rows: RowDigests;
}

/** Compares one document. */
export async function compareDocument(
  { key, id }: HeldDocument,
  source: Side,
  target: Side,
  move: Pick<AttachmentMove, "compare">,
): Promise<Comparison> {
  const kinds = source.rows.differencesTo(target.rows, key, DOCUMENT_PARTS);
  const differences = kinds.map((kind) => `other ${kind}`);
  const damage = [...source.rows.damageOf(key)];
  // One after the other: each may be large.
  const isDated = source.rows.isNewestDated(key);
  const { edits, digest } = opened(await source.store.load(id), isDated);
  const { digest: other } = opened(await target.store.load(id), isDated);
  if (digest !== other) differences.push("opens differently");
  const attachments = await move.compare(id);
  for (const finding of attachments.values()) {
    if (finding) (finding.wasDamaged ? damage : differences).push(finding.problem);
  }
  const findings = (problems: readonly string[]) =>
    problems.map((problem) => ({ document: id, problem }));
  return {
    edits,
    attachments: attachments.size,
    differences: findings(differences),
    damage: findings(damage),
  };
}

/** All together. */
export function sumOf(comparisons: readonly Comparison[]): Comparison {
  const sum = (of: "edits" | "attachments") =>
    comparisons.reduce((total, comparison) => total + comparison[of], 0);
  return {
    edits: sum("edits"),
    attachments: sum("attachments"),
    differences: comparisons.flatMap(({ differences }) => differences),
    damage: comparisons.flatMap(({ damage }) => damage),
  };
}

/**
 * Of the same bytes in the same order Yjs makes the same text and the same state vector.
 * @param isDated Whether all stores can say when it was changed last.
 */
function opened(
  stored: StoredDocument | undefined,
  isDated: boolean,
): { edits: number; digest: string } {
  const hash = createHash("sha256");
  const { snapshot, tail = [], seq = 0, ...rest }: Partial<StoredDocument> = stored ?? {};
  const lengths = [snapshot?.length ?? null, ...tail.map(({ length }) => length)];
  const { epoch, createdAt, updatedAt, damage = null } = rest;
  const times = [createdAt, isDated ? updatedAt : null];
  hash.update(JSON.stringify([epoch, times, seq, damage, lengths]));
  for (const update of snapshot ? [snapshot, ...tail] : tail) hash.update(update);
  return { edits: seq, digest: hash.digest("hex") };
}
