/**
 * How far a room has come along its document's log, into which other nodes write too. What they
 * write is taken in strictly in the log's order, so a room holds a piece of the log from its
 * beginning and what it has not saved itself; what the bus has lost is read from the log.
 */
import type { Logger } from "pino";
import type { LoggedEntry, SharedStore } from "../persistence/shared-store.ts";
import type { BusMessage, EntriesMessage } from "./bus-message.ts";
import type { Saved } from "./document-log.ts";
import { AppError } from "./errors.ts";

/** How long what comes before its predecessors waits for them, before they are looked for in the log; milliseconds. */
const GAP_MS = 50;

/** A larger piece of the log is not sent: the others read it. Bytes. */
const LARGEST_MESSAGE = 512 * 1024;

/** Read from the log at once, and held at most of what comes too early. */
const STRETCH_BYTES = 1024 * 1024;

export interface FollowingOptions {
  readonly documentId: string;
  /** Of the newest entry that is here already. */
  readonly seq: number;
  /** Undefined: nobody else writes. */
  readonly shared: Pick<SharedStore, "heads" | "entriesAfter"> | undefined;
  readonly logger: Logger;
  /** Told to the other nodes, if that can be done at the moment. */
  readonly publish: (message: BusMessage) => void;
  /** Whether the entry was written from here, and is here therefore. */
  readonly recognise: (entry: LoggedEntry) => boolean;
  /** What others have written, in order. @param at Of the newest, in milliseconds since the Unix epoch. */
  readonly onUpdates: (updates: readonly Uint8Array[], at: number) => void;
  /** The log is here up to `seq`. */
  readonly onAdvance: (seq: number) => void;
}

/** A piece of the log. */
interface Piece extends Pick<EntriesMessage, "first" | "at"> {
  readonly last: number;
  /** Undefined when they are here: it was written from here. */
  readonly updates: readonly Uint8Array[] | undefined;
}

export class Following {
  readonly #options: FollowingOptions;
  #seq: number;
  /** What cannot be taken in yet, since something before it is missing. */
  #early: Piece[] = [];
  #gap: NodeJS.Timeout | undefined;
  /** As far as the log is known to go. */
  #target: number;
  #reading: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#seq = options.seq;
    this.#target = options.seq;
  }

  /** The log is here up to and including this number. */
  get seq(): number {
    return this.#seq;
  }

  /** What this room wrote is on disk: the others get it. Nothing, when that was found in the log already. */
  saved({ entries, numbers }: Saved): void {
    const [first, last] = [numbers[0], numbers.at(-1)];
    if (first === undefined || last === undefined) return this.#options.onAdvance(this.#seq);
    if (!this.#options.shared) return this.#advanceTo(last);
    const updates = entries.map(({ update }) => update);
    const at = entries.at(-1)?.at ?? 0;
    const isLarge = sizeOf(updates) > LARGEST_MESSAGE;
    this.#options.publish(
      isLarge ? { type: "head", seq: last } : { type: "entries", first, at, updates },
    );
    this.#take({ first, last, at, updates: undefined });
  }

  /** Another node has written this. */
  received({ first, at, updates }: EntriesMessage): void {
    if (updates.length > 0) this.#take({ first, last: first + updates.length - 1, at, updates });
  }

  /** The log goes up to `seq`: what of it is missing is read. Rejects never. */
  async noticed(seq: number): Promise<void> {
    const { documentId, logger } = this.#options;
    await this.#reach(seq).catch((error: unknown) => {
      if (!this.#isClosed) logger.warn({ err: error, documentId }, "a log could not be followed");
    });
  }

  /**
   * Resolves when all is here that was on disk when it was asked for.
   * @throws what the store says, or AppError `overload`.
   */
  async upToDate(): Promise<void> {
    const { shared, documentId } = this.#options;
    const [head] = (await shared?.heads([documentId])) ?? [];
    if (head) await this.#reach(head.seq);
  }

  /** Nothing more is taken in. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#gap);
  }

  /** Nobody else writes, so nothing is missing before it. */
  #advanceTo(seq: number): void {
    this.#seq = seq;
    this.#options.onAdvance(seq);
  }

  #take(piece: Piece): void {
    if (this.#isClosed || piece.last <= this.#seq) return;
    const waiting = sizeOf(this.#early.flatMap(({ updates }) => updates ?? []));
    const isNext = piece.first <= this.#seq + 1;
    // What is held back too long comes from the log.
    if (isNext || piece.updates === undefined || waiting < STRETCH_BYTES) this.#early.push(piece);
    this.#target = Math.max(this.#target, piece.last);
    this.#advance(this.#seq);
    if (this.#seq < this.#target) this.#gap ??= setTimeout(() => this.#closeGap(), GAP_MS).unref();
  }

  #closeGap(): void {
    this.#gap = undefined;
    if (this.#seq < this.#target) void this.noticed(this.#target);
  }

  /** Take in what follows. @param from Where it stood before. */
  #advance(from: number): void {
    for (let piece = this.#next(); piece; piece = this.#next()) {
      const { first, last, at, updates } = piece;
      const news = updates?.slice(this.#seq + 1 - first);
      this.#seq = last;
      if (news) this.#options.onUpdates(news, at);
    }
    if (this.#seq > from) this.#options.onAdvance(this.#seq);
  }

  #next(): Piece | undefined {
    this.#early = this.#early.filter(({ last }) => last > this.#seq);
    return this.#early.find(({ first }) => first <= this.#seq + 1);
  }

  async #reach(seq: number): Promise<void> {
    this.#target = Math.max(this.#target, seq);
    while (this.#seq < seq && !this.#isClosed) {
      const before = this.#seq;
      // One that is under way may have looked before `seq` was there.
      const isOwn = this.#reading === undefined;
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
      if (isOwn && this.#seq === before) throw new AppError("overload", "The log cannot be read.");
    }
  }

  async #read(): Promise<void> {
    const { shared, documentId } = this.#options;
    if (!shared) return;
    while (this.#seq < this.#target && !this.#isClosed) {
      const after = this.#seq;
      const { entries, upTo } = await shared.entriesAfter(documentId, after, STRETCH_BYTES);
      if (this.#isClosed || upTo <= after) return;
      const from = this.#seq;
      // It may have come from elsewhere in the meantime.
      if (upTo <= from) continue;
      const news = entries.filter((entry) => entry.seq > from && !this.#isHere(entry));
      this.#seq = upTo;
      const updates = news.map(({ update }) => update);
      if (updates.length > 0) this.#options.onUpdates(updates, news.at(-1)?.at ?? 0);
      this.#advance(from);
    }
  }

  #isHere(entry: LoggedEntry): boolean {
    const isOwn = this.#early.some(
      ({ first, last, updates }) => !updates && first <= entry.seq && entry.seq <= last,
    );
    return isOwn || this.#options.recognise(entry);
  }
}

function sizeOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, { length }) => sum + length, 0);
}
