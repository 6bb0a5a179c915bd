/**
 * The edits that the server itself makes in a room, for callers over HTTP: one after
 * another, each computed on the document as it is, written to the log, and taken into the
 * document and shown to others only when it is on disk. Knows no HTTP and no participant.
 */
import { randomInt } from "node:crypto";
import pLimit from "p-limit";
import type { DocumentLog } from "./document-log.ts";
import { AppError } from "./errors.ts";
import type { LiveDocument } from "./live-document.ts";
import type { Revision } from "./revision.ts";
import { within } from "./within.ts";

/** In one room; each holds a body in memory. */
const MOST_WAITING = 100;

/** What an edit may be computed from. */
export type Readable = Pick<LiveDocument, "content" | "title" | "givenTitle" | "language">;

type Writable = Readable & Pick<LiveDocument, "compose">;

/** Answers what is to be changed; what it throws ends the edit before anything is written. */
export type Revise = (document: Readable) => Revision;

export interface OwnEditsOptions {
  readonly log: Pick<DocumentLog, "add" | "flush" | "withdraw" | "last" | "saved" | "isFailing">;
  /** Has the document used with everything that came in before. Rejects when it takes no edits. */
  readonly withDocument: (use: (document: Writable) => void) => Promise<void>;
  /** It is on disk: take it in and show it. */
  readonly onSaved: (update: Uint8Array, at: number) => void;
  /** How long an edit may take, in milliseconds. */
  readonly longestMs: number;
  readonly now: () => number;
}

/** Written, and not known to be on disk. */
interface Pending {
  readonly count: number;
  readonly at: number;
  /** Undefined when there was nothing to change: then only what is there must be on disk. */
  readonly update: Uint8Array | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class OwnEdits {
  readonly #options: OwnEditsOptions;
  readonly #inTurn = pLimit(1);
  #client = newClient();
  #pending: Pending | undefined;

  constructor(options: OwnEditsOptions) {
    this.#options = options;
  }

  /** Count in the log of what is written and shown to nobody yet. */
  get pendingCount(): number | undefined {
    return this.#pending?.update && this.#pending.count;
  }

  /**
   * Resolves once the edit is on disk, and on its way to everybody.
   * @throws what `revise` throws; AppError `full`; `rate`; `overload` or StoreError when it cannot be stored.
   */
  async write(author: string, revise: Revise): Promise<void> {
    const { longestMs } = this.#options;
    if (this.#inTurn.pendingCount >= MOST_WAITING) {
      throw new AppError("rate", "Too many edits at once. Try again in a moment.");
    }
    const deadline = performance.now() + longestMs;
    const edit = this.#inTurn(() => this.#write(author, revise, deadline));
    if (await within(longestMs, edit)) return;
    throw new AppError(
      "overload",
      "The disk has not answered yet. Read the document before you try again: it may have been changed.",
    );
  }

  /** So many of what was added to the log are on disk. */
  saved(count: number): void {
    const pending = this.#pending;
    if (!pending || pending.count > count) return;
    this.#pending = undefined;
    if (pending.update) this.#options.onSaved(pending.update, pending.at);
    pending.resolve();
  }

  /** Nothing that was in the last write is on disk. What nobody has seen is not tried again. */
  failed(error: unknown): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    if (pending.update) this.#options.log.withdraw(pending.count);
    // Its numbers may have been used for what is gone.
    this.#client = newClient();
    pending.reject(error);
  }

  async #write(author: string, revise: Revise, deadline: number): Promise<void> {
    let saved: Promise<void> | undefined;
    await this.#options.withDocument((document) => {
      // Whoever asked has been told by now that it failed.
      if (performance.now() >= deadline || this.#options.log.isFailing) throw cannotStore();
      saved = this.#record(author, document.compose(revise(document), this.#client));
    });
    await saved;
  }

  /** Resolves once it is on disk, and all that was there before. */
  #record(author: string, update: ReturnType<LiveDocument["compose"]>): Promise<void> {
    const { log, now } = this.#options;
    if (update === "full") {
      throw new AppError("full", "The document has reached its size limit. Deleting still works.");
    }
    const at = now();
    const count = update ? log.add(author, at, update) : log.last;
    if (count <= log.saved) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#pending = { count, at, update, resolve, reject };
      log.flush();
    });
  }
}

function cannotStore(): AppError {
  return new AppError("overload", "The document cannot be stored at the moment. Try again later.");
}

/** As Yjs draws them: 32 random bits. */
function newClient(): number {
  return randomInt(2 ** 32);
}
