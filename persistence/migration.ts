/**
 * Moves everything from one store to another, and sees by reading that it is there. A document is
 * copied in one transaction: whatever ends a migration, the next goes on with the first that is
 * missing. Never writes to the source; knows no database.
 */
import { AttachmentMove } from "./attachment-move.ts";
import { compareDocument, type Comparison, sumOf } from "./document-comparison.ts";
import {
  DOCUMENT_PARTS,
  type HeldDocument,
  type Part,
  type Row,
  type RowReader,
  type RowWriter,
  SECRETS,
} from "./document-rows.ts";
import { type Group, type MigrationPlan, planOf } from "./migration-plan.ts";
import { RowDigests } from "./row-digests.ts";
import { sizeOf } from "./row-pieces.ts";

/** How far it is, or how much there is in all. */
export interface MigrationProgress {
  readonly documents: number;
  /** Of logs, snapshots and attachments, as they are stored. */
  readonly bytes: number;
}

export interface MigrationOptions {
  readonly source: RowReader;
  readonly target: RowWriter;
  readonly onProgress?: (done: MigrationProgress, total: MigrationProgress) => void;
  /** Ends it after the present piece; a document that is not whole then is undone. */
  readonly signal?: AbortSignal;
}

/** All that the source has: it was read back from the target and held against the source. */
export interface Migrated extends MigrationProgress, Comparison {
  /** Documents that were not there already. */
  readonly copied: number;
}

/**
 * While anything differs the target stays unfinished, and no server starts on it.
 * @throws StoreError `exists` for a target that holds something else, before anything is written to
 * it; `full`, `corrupt`, `failing`; or the signal's reason.
 */
export async function migrate(options: MigrationOptions): Promise<Migrated> {
  const plan = await planOf(options.source, options.target);
  const { bytes } = await options.source.attachments.totals();
  return new Migration(options, plan, bytes).run();
}

type OnPiece = (part: Part, rows: readonly Row[]) => Promise<void>;

class Migration {
  readonly #source: RowReader;
  readonly #target: RowWriter;
  readonly #options: MigrationOptions;
  readonly #plan: MigrationPlan;
  readonly #attachments: AttachmentMove;
  readonly #total: MigrationProgress;
  #documents = 0;
  #copied = 0;
  /** Everything is read twice, here and there. */
  #bytesRead = 0;

  constructor(options: MigrationOptions, plan: MigrationPlan, attachmentBytes: number) {
    const { source, target } = options;
    this.#options = options;
    this.#source = source;
    this.#target = target;
    this.#plan = plan;
    this.#attachments = new AttachmentMove(source.attachments, target.attachments, (bytes) =>
      this.#advance(bytes),
    );
    const documents = plan.groups.flatMap((group) => group.documents);
    const logged = documents.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#total = { documents: documents.length, bytes: logged + attachmentBytes };
  }

  async run(): Promise<Migrated> {
    if (this.#plan.mayWrite) await this.#begin();
    const comparisons = [await this.#compareSecrets()];
    for (const group of this.#plan.groups) comparisons.push(await this.#bring(group));
    const comparison = sumOf(comparisons);
    const isWhole = comparison.differences.length === 0;
    if (this.#plan.mayWrite && isWhole) await this.#target.finish();
    return { ...this.#total, copied: this.#copied, ...comparison };
  }

  async #begin(): Promise<void> {
    for (const stranger of this.#plan.strangers) await this.#remove(stranger);
    await this.#target.begin();
    await this.#target.transaction(async () => {
      const secrets = this.#source.rows(SECRETS, { from: 0, to: 0 });
      for await (const rows of secrets) await this.#target.write(SECRETS, rows);
    });
  }

  /** Attachments first: as long as the document is there, the next migration finds it. */
  async #remove({ key, id }: HeldDocument): Promise<void> {
    this.#advance(0);
    await this.#target.attachments.remove(id);
    await this.#target.transaction(() => this.#target.remove({ from: key, to: key }));
  }

  /** A target that has served may have made more of its own. */
  async #compareSecrets(): Promise<Comparison> {
    const held = await secretsOf(this.#target);
    const wanted = await secretsOf(this.#source);
    const missing = [...wanted].filter(([name, bytes]) => held.get(name) !== bytes);
    const differences = missing.map(([name]) => ({ problem: `secret ${name} differs` }));
    return { edits: 0, attachments: 0, differences, damage: [] };
  }

  async #bring(group: Group): Promise<Comparison> {
    const wanted = group.isThere ? await this.#read(this.#source, group) : await this.#copy(group);
    const found = await this.#compare(group, wanted);
    const mayCopy = group.isThere && this.#plan.mayWrite && found.differences.length > 0;
    // The source has served since the migration was cut off.
    if (mayCopy) this.#documents -= group.documents.length;
    return mayCopy ? this.#compare(group, await this.#copy(group)) : found;
  }

  /** Attachments first, so that where a document is, all of it is. Answers what the source has. */
  async #copy(group: Group): Promise<RowDigests> {
    for (const { id } of group.documents) await this.#attachments.copy(id);
    const write: OnPiece = (part, rows) => this.#target.write(part, rows);
    const wanted = await this.#target.transaction(async () => {
      await this.#target.remove(group);
      const read = await this.#read(this.#source, group, write);
      await this.#target.settle(group);
      return read;
    });
    this.#copied += group.documents.length;
    return wanted;
  }

  async #compare(group: Group, wanted: RowDigests): Promise<Comparison> {
    const source = { store: this.#source, rows: wanted };
    const target = { store: this.#target, rows: await this.#read(this.#target, group) };
    const comparisons: Comparison[] = [];
    for (const document of group.documents) {
      comparisons.push(await compareDocument(document, source, target, this.#attachments));
      this.#documents += 1;
      this.#advance(0);
    }
    return sumOf(comparisons);
  }

  async #read(reader: RowReader, group: Group, onPiece?: OnPiece): Promise<RowDigests> {
    const digests = new RowDigests();
    for (const part of DOCUMENT_PARTS) {
      for await (const rows of reader.rows(part, group)) {
        digests.add(part, rows);
        await onPiece?.(part, rows);
        this.#advance(sizeOf(rows));
      }
    }
    return digests;
  }

  /** @throws the signal's reason. */
  #advance(bytes: number): void {
    this.#options.signal?.throwIfAborted();
    this.#bytesRead += bytes;
    const isDone = this.#documents === this.#total.documents;
    const done = isDone ? this.#total.bytes : Math.min(this.#bytesRead / 2, this.#total.bytes);
    this.#options.onProgress?.({ documents: this.#documents, bytes: done }, this.#total);
  }
}

async function secretsOf(reader: RowReader): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  for await (const rows of reader.rows(SECRETS, { from: 0, to: 0 })) {
    for (const { name, bytes } of rows) {
      secrets.set(
        String(name),
        bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : "",
      );
    }
  }
  return secrets;
}
