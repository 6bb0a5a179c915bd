/**
 * Brings the attachments of documents from one store to another. Their names are hashes of
 * their content, which says by itself whether one is whole.
 */
import { createHash } from "node:crypto";
import { attachmentHash, type Attachments } from "./attachments.ts";

/** What is wrong with an attachment after it was brought over. */
export interface AttachmentFinding {
  readonly problem: string;
  /** It is so in the source. */
  readonly wasDamaged: boolean;
}

export class AttachmentMove {
  readonly #source: Attachments;
  readonly #target: Attachments;
  readonly #onBytes: (bytes: number) => void;

  /** @param onBytes Told of each piece that is read, here and there. */
  constructor(source: Attachments, target: Attachments, onBytes: (bytes: number) => void) {
    this.#source = source;
    this.#target = target;
    this.#onBytes = onBytes;
  }

  /** Those that are not there yet. One that is damaged is left out: it could only be kept by another name. */
  async copy(documentId: string): Promise<void> {
    const there = new Set(await this.#target.list(documentId));
    for (const name of await this.#source.list(documentId)) {
      if (!there.has(name)) await this.#copyOne(documentId, name);
    }
  }

  /** Names of all that the source has, with what is wrong in the target. */
  async compare(documentId: string): Promise<ReadonlyMap<string, AttachmentFinding | undefined>> {
    const findings = new Map<string, AttachmentFinding | undefined>();
    for (const name of await this.#source.list(documentId)) {
      findings.set(name, await this.#compareOne(documentId, name));
    }
    return findings;
  }

  async #copyOne(documentId: string, name: string): Promise<void> {
    const found = await this.#source.read(documentId, name);
    if (!found) return;
    const hash = new ContentHash(this.#onBytes);
    const incoming = await this.#target.receive(hash.through(found.content()));
    try {
      const [, extension = ""] = name.split(".");
      if (!hash.isOf(name)) return;
      await incoming.keep(documentId, extension, Number.MAX_SAFE_INTEGER);
    } finally {
      await incoming.discard();
    }
  }

  async #compareOne(documentId: string, name: string): Promise<AttachmentFinding | undefined> {
    if (await isWhole(this.#target, documentId, name, this.#onBytes)) return undefined;
    const wasDamaged = !(await isWhole(this.#source, documentId, name, () => undefined));
    const problem = wasDamaged ? "does not match its name and is left out" : "is missing";
    return { problem: `attachment ${name} ${problem}`, wasDamaged };
  }
}

/** What goes through it, as a name would say it. */
class ContentHash {
  readonly #hash = createHash("sha256");
  readonly #onBytes: (bytes: number) => void;

  constructor(onBytes: (bytes: number) => void) {
    this.#onBytes = onBytes;
  }

  async *through(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      this.#hash.update(chunk);
      this.#onBytes(chunk.length);
      yield chunk;
    }
  }

  isOf(name: string): boolean {
    return name.startsWith(`${attachmentHash(this.#hash.copy().digest())}.`);
  }
}

async function isWhole(
  attachments: Attachments,
  documentId: string,
  name: string,
  onBytes: (bytes: number) => void,
): Promise<boolean> {
  const found = await attachments.read(documentId, name);
  if (!found) return false;
  const hash = new ContentHash(onBytes);
  const content = hash.through(found.content());
  while (!(await content.next()).done);
  return hash.isOf(name);
}
