/**
 * All open rooms: opens each once however many ask, keeps it as long as anybody
 * holds a lease, and puts it away when it is idle and everything is on disk.
 */
import { AppError } from "./errors.ts";
import type { Line } from "./line.ts";
import { Room, type RoomSettings } from "./room.ts";
import { within } from "./within.ts";

export interface RoomsOptions extends RoomSettings {
  /** How long a room without leases stays open, in milliseconds. */
  readonly idleMs: number;
  /** To the other nodes; undefined: there are none. */
  readonly lineFor: ((documentId: string) => Line) | undefined;
}

/** The right to use a room. Whoever holds one gives it back exactly once or more. */
export interface Lease {
  readonly room: Room;
  release(): void;
}

interface Entry {
  readonly documentId: string;
  readonly opening: Promise<Room>;
  /** Once it is open. */
  room: Room | undefined;
  leases: number;
  idle: NodeJS.Timeout | undefined;
}

/** Of which a document is to have no room for the time being. */
interface Closing {
  readonly documentId: string;
  /** Rejects never. */
  readonly done: Promise<unknown>;
}

/** How long a room that is put away on purpose may take to save what came in, in milliseconds. */
const SETTLE_MS = 1000;

/** How long a room on its way out may keep its successor waiting, in milliseconds. */
const PREDECESSOR_MS = 2000;

export class Rooms {
  readonly #options: RoomsOptions;
  #isDraining = false;
  readonly #entries = new Map<string, Entry>();
  /** Rooms on their way out: a successor must not be read from a log that such a one still writes. */
  readonly #closing = new Set<Closing>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sockets in a document, without opening it. */
  connectionsOf(documentId: string): number {
    return this.#entries.get(documentId)?.room?.company.connections ?? 0;
  }

  /** Those that are open by now. */
  all(): Room[] {
    return [...this.#entries.values()].flatMap(({ room }) => room ?? []);
  }

  /** @throws AppError `unknown` for no such document, `overload` when it cannot be read. */
  async open(documentId: string): Promise<Lease> {
    const entry = this.#entries.get(documentId) ?? this.#start(documentId);
    // Before the first await: a room that is being opened must not be put away under the one who asked.
    entry.leases += 1;
    clearTimeout(entry.idle);
    const lease = { release: once(() => this.#release(entry)) };
    try {
      return { ...lease, room: await entry.opening };
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /**
   * From here on no room is put away by itself. Resolves once everything taken in is on disk;
   * a room that is being opened has taken in nothing.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    await Promise.all([...this.#entries.values()].map(async ({ room }) => room?.settled()));
  }

  /** Put all rooms away, leases or not; what is not on disk by now is given up. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) this.#putAway(entry);
    await Promise.all([...this.#closing].map(({ done }) => done));
  }

  /**
   * Put the room of a document away, leases or not, and do this before there can be another.
   * What came in is saved first, if that takes no long time.
   */
  async without<T>(documentId: string, action: () => Promise<T>): Promise<T> {
    const settled = this.#entries.get(documentId)?.opening.then((room) => room.settled());
    await within(SETTLE_MS, Promise.resolve(settled?.catch(() => undefined)));
    const entry = this.#entries.get(documentId);
    if (entry && this.#forget(entry)) this.#putAway(entry);
    const acted = this.#predecessors(documentId).then(action);
    this.#keepOthersWaiting(documentId, acted);
    return acted;
  }

  #start(documentId: string): Entry {
    const opening = this.#load(documentId, () => {
      if (this.#forget(entry)) this.#putAway(entry);
    });
    const entry: Entry = { documentId, opening, room: undefined, leases: 0, idle: undefined };
    this.#entries.set(documentId, entry);
    opening.then(
      (room) => (entry.room = room),
      () => this.#forget(entry),
    );
    return entry;
  }

  async #load(documentId: string, onFailed: () => void): Promise<Room> {
    await this.#predecessors(documentId);
    const line = this.#options.lineFor?.(documentId);
    try {
      // Before it is read, so that what is written meanwhile is heard.
      await line?.ready();
      const stored = await this.#options.store.load(documentId);
      if (!stored) throw new AppError("unknown", "There is no such document.");
      return new Room({ ...this.#options, documentId, stored, line, onFailed });
    } catch (cause) {
      line?.close();
      throw cause instanceof AppError ? cause : this.#unreadable(documentId, cause);
    }
  }

  #unreadable(documentId: string, cause: unknown): AppError {
    this.#options.logger.error({ err: cause, documentId }, "a document could not be opened");
    return new AppError("overload", "The document cannot be read at the moment.", { cause });
  }

  #release(entry: Entry): void {
    entry.leases -= 1;
    if (entry.leases > 0 || this.#entries.get(entry.documentId) !== entry) return;
    entry.idle = setTimeout(() => void this.#evict(entry), this.#options.idleMs);
    entry.idle.unref();
  }

  async #evict(entry: Entry): Promise<void> {
    const room = await entry.opening;
    await room.settled();
    const wanted = entry.leases > 0 || !room.isSaved || this.#isDraining;
    if (wanted || !this.#forget(entry)) return;
    this.#options.metrics.evicted();
    this.#putAway(entry);
    void room.fold();
  }

  /** Only if it is still this very entry: a successor under the same id is not touched. */
  #forget(entry: Entry): boolean {
    if (this.#entries.get(entry.documentId) !== entry) return false;
    return this.#entries.delete(entry.documentId);
  }

  #putAway(entry: Entry): void {
    clearTimeout(entry.idle);
    const closed = entry.opening.then((room) => room.close());
    this.#keepOthersWaiting(entry.documentId, closed);
  }

  #keepOthersWaiting(documentId: string, work: Promise<unknown>): void {
    const done = work.catch(() => undefined).finally(() => this.#closing.delete(closing));
    const closing = { documentId, done };
    this.#closing.add(closing);
  }

  /** @throws AppError `overload` when one is still writing. */
  async #predecessors(documentId: string): Promise<void> {
    const closing = [...this.#closing].filter((one) => one.documentId === documentId);
    const closed = Promise.all(closing.map(({ done }) => done));
    if (!(await within(PREDECESSOR_MS, closed))) {
      throw new AppError("overload", "The document cannot be opened at the moment.");
    }
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
