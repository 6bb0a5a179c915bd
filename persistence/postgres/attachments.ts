/**
 * Attachments in Postgres: content once for all documents that have it, in pieces. What arrives is
 * written into a file without a name first. Nodes share them, so rows are held while it matters.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import pLimit from "p-limit";
import {
  type Attachments,
  type AttachmentTotals,
  type CopiedAttachments,
  type IncomingAttachment,
  LEAST_BYTES,
  MOST_ATTACHMENTS,
  type StoredAttachment,
} from "../attachments.ts";
import { onDisk } from "../disk.ts";
import { counted } from "../holdings.ts";
import { takeIn } from "../incoming-content.ts";
import type { Database } from "./database.ts";
import { removeContents, storeContent } from "./content-table.ts";

/** How long a document may be missing after its attachments have come. */
const MAKING = "1 hour";

/** Stands for a document while its attachments are copied; no document has such an id. */
const COPY = "copy:";

/** Contents that are written at once; while they are, others go on asking. */
const MOST_AT_ONCE = 2;

/** Of the advisory locks by document. */
const LOCK = 0x696d67;

/** What is counted of a document must not change before it is added to. Until the end of the transaction. */
const HOLD = "SELECT pg_advisory_xact_lock($1, hashtext($2))";

const HOLDING = `SELECT count(*) AS files,
    coalesce(sum(greatest(bytes, ${LEAST_BYTES})), 0)::bigint AS bytes,
    coalesce(bool_or(name = $2), false) AS "isThere"
  FROM attachments WHERE document = $1`;

const ADD = `INSERT INTO attachments (document, name, content, bytes) VALUES ($1, $2, $3, $4)
  ON CONFLICT (document, name) DO UPDATE SET kept_at = excluded.kept_at`;

/** Nobody removes them meanwhile. In order, so that no two wait for each other. */
const HOLD_CONTENTS = `SELECT FROM contents WHERE hash IN
    (SELECT content FROM attachments WHERE document = $1 AND name = ANY ($2))
  ORDER BY hash FOR KEY SHARE`;

const COPY_SOME = `INSERT INTO attachments (document, name, content, bytes)
  SELECT $3, name, content, bytes FROM attachments WHERE document = $1 AND name = ANY ($2)
  RETURNING name`;

/** The same copy may have been made before: what is there already is the same, and as new. */
const COPY_ALL = `INSERT INTO attachments (document, name, content, bytes)
  SELECT $2, name, content, bytes FROM attachments WHERE document = $1
  ON CONFLICT (document, name) DO UPDATE SET kept_at = excluded.kept_at`;

const REMOVE = "DELETE FROM attachments WHERE document = $1 RETURNING content";

interface Holding {
  readonly files: number;
  readonly bytes: number;
  readonly isThere: boolean;
}

export class PostgresAttachments implements Attachments {
  readonly #database: Pick<Database, "rows" | "run" | "transaction">;
  readonly #writing = pLimit(MOST_AT_ONCE);

  constructor(database: Pick<Database, "rows" | "run" | "transaction">) {
    this.#database = database;
  }

  async receive(content: AsyncIterable<Uint8Array>): Promise<IncomingAttachment> {
    const file = await onDisk(unnamedFile());
    // It may be closed already.
    const discard = () => file.close().catch(() => undefined);
    try {
      const { hash, bytes, head } = await takeIn(file, content);
      return {
        bytes,
        head,
        discard,
        keep: async (document, extension, most) => {
          const arrived = { file, hash, bytes, document, name: `${hash}.${extension}` };
          const isKept = await this.#writing(() => this.#keep(arrived, most));
          await discard();
          return isKept ? arrived.name : undefined;
        },
      };
    } catch (error) {
      await discard();
      throw error;
    }
  }

  async read(documentId: string, name: string): Promise<StoredAttachment | undefined> {
    const [found] = await this.#database.rows<{ content: string; bytes: number }>(
      "SELECT content, bytes FROM attachments WHERE document = $1 AND name = $2",
      [documentId, name],
    );
    return found && { bytes: found.bytes, content: () => this.#contentOf(found.content) };
  }

  async list(documentId: string): Promise<readonly string[]> {
    return names(
      await this.#database.rows("SELECT name FROM attachments WHERE document = $1 ORDER BY name", [
        documentId,
      ]),
    );
  }

  async totals(): Promise<AttachmentTotals> {
    const [totals] = await this.#database.rows<AttachmentTotals>(
      `SELECT count(*) AS count, coalesce(sum(bytes), 0)::bigint AS bytes
      FROM attachments WHERE NOT starts_with(document, '${COPY}')`,
    );
    return totals ?? { count: 0, bytes: 0 };
  }

  async copy(documentId: string, wanted: Iterable<string>): Promise<CopiedAttachments> {
    const copy = `${COPY}${randomUUID()}`;
    const given = [documentId, [...wanted]];
    const copied = await this.#database.transaction(async (queries) => {
      await queries.run(HOLD_CONTENTS, given);
      return names(await queries.rows(COPY_SOME, [...given, copy]));
    });
    return {
      names: new Set(copied),
      keep: (id) => this.#keepCopy(copy, copied, id),
      // What stays of it is of no document, and found as such.
      discard: () => this.remove(copy).catch(() => undefined),
    };
  }

  /** Copies that were given up by a killed node are among them. */
  async documents(): Promise<readonly string[]> {
    const found = await this.#database.rows<{ document: string }>(
      `SELECT document FROM attachments GROUP BY document
      HAVING max(kept_at) < clock_timestamp() - interval '${MAKING}' ORDER BY document`,
    );
    return found.map(({ document }) => document);
  }

  /** With what they hold, unless another document has it too. */
  async remove(documentId: string): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await queries.run(HOLD, [LOCK, documentId]);
      const removed = await queries.rows<{ content: string }>(REMOVE, [documentId]);
      const contents = removed.map(({ content }) => content);
      await removeContents(queries, contents);
    });
  }

  async #keep({ file, hash, bytes, document, name }: Arrived, most: number): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await queries.run(HOLD, [LOCK, document]);
      const [holding] = await queries.rows<Holding>(HOLDING, [document, name]);
      if (!holding || (!holding.isThere && isFull(holding, bytes, most))) return false;
      await storeContent(queries, { file, hash, bytes });
      await queries.run(ADD, [document, name, hash, bytes]);
      return true;
    });
  }

  async #keepCopy(copy: string, copied: readonly string[], documentId: string): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await queries.run(HOLD, [LOCK, documentId]);
      await queries.run(HOLD_CONTENTS, [copy, copied]);
      await queries.run(COPY_ALL, [copy, documentId]);
      // Their contents stay: now they are the document's.
      await queries.rows(REMOVE, [copy]);
    });
  }

  /** Piece by piece, so that a slow reader holds no connection. */
  #contentOf(content: string): Readable {
    const database = this.#database;
    async function* pieces() {
      const [found] = await database.rows<{ bytes: number }>(
        "SELECT bytes FROM contents WHERE hash = $1",
        [content],
      );
      const total = found?.bytes ?? -1;
      for (let [n, read] = [0, 0]; read !== total; n++) {
        const [piece] = await database.rows<{ bytes: Buffer }>(
          "SELECT bytes FROM chunks WHERE content = $1 AND n = $2",
          [content, n],
        );
        if (!piece) throw new Error("the attachment was removed while it was read");
        read += piece.bytes.length;
        yield piece.bytes;
      }
    }
    return Readable.from(pieces(), { objectMode: false });
  }
}

interface Arrived {
  readonly file: FileHandle;
  readonly hash: string;
  readonly bytes: number;
  readonly document: string;
  readonly name: string;
}

function isFull(holding: Holding, bytes: number, most: number): boolean {
  return holding.files >= MOST_ATTACHMENTS || holding.bytes + counted(bytes) > most;
}

function names(rows: readonly { readonly name: string }[]): string[] {
  return rows.map(({ name }) => name);
}

/** Readable by nobody else, and gone with this process. */
async function unnamedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `quire-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
