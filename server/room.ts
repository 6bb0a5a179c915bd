/**
 * One open document with everybody who is in it. Gathers what comes in during a
 * turn of the event loop and deals with it in one tick: one transaction on the
 * document, one batch to each participant, one write to the log. Knows no
 * socket, no HTTP and no SQL; a rebuilt document aside, nothing here waits.
 */
import type { Logger } from "pino";
import { encodeFrame } from "#protocol/frames.ts";
import type { Store, StoredDocument } from "../persistence/store.ts";
import type { Backlog } from "./backlog.ts";
import { Batch } from "./batch.ts";
import type { Changes } from "./changes.ts";
import { Compaction } from "./compaction.ts";
import { Delivery, type Receiver } from "./delivery.ts";
import { DocumentLog } from "./document-log.ts";
import { AppError } from "./errors.ts";
import { Gaps } from "./gaps.ts";
import { LiveDocument, type Offer, type Outcome } from "./live-document.ts";
import type { Metrics } from "./metrics.ts";
import { type Identity, Presence } from "./presence.ts";
import { PresenceRelay } from "./presence-relay.ts";
import { refusalOf } from "./refusal.ts";
import { Repair } from "./repair.ts";
import { Slumber } from "./slumber.ts";
import type { StoreHealth } from "./store-health.ts";

/** Somebody in the room, as far as the room cares. */
export interface Participant extends Receiver {
  /** Stands in the log beside each of its edits. */
  readonly author: string;
  /** What the others are told of who it is, whatever it says of itself. */
  readonly identity: Identity;
  /** Its oldest update without an answer is covered once the log is saved up to `seq`. */
  accepted(seq: number): void;
  /** The log is on disk up to `seq`. */
  saved(seq: number): void;
  /** Whether it may edit the document has changed. */
  repaired(): void;
  /** Somebody else says to be it: if it gives no sign of life now it is to end, and that to be told first. */
  challenge(onSilent: () => void): void;
}

/** An update on its way in: what to apply, and the frame that carries it to the others. */
export interface Submission extends Offer {
  readonly frame: Uint8Array;
}

interface Incoming extends Submission {
  readonly from: Participant;
}

/** What every room is given. */
export interface RoomSettings {
  readonly store: Pick<Store, "append" | "compact" | "load" | "acceptLoss">;
  readonly health: StoreHealth;
  readonly backlog: Backlog;
  readonly changes: Pick<Changes, "saved">;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Bytes of the encoded state; 0: no limit. */
  readonly maxDocBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export interface RoomOptions extends RoomSettings {
  readonly documentId: string;
  readonly stored: StoredDocument;
  /** The document can be served from here no more: who comes next needs another room. */
  readonly onFailed: () => void;
}

export class Room {
  readonly documentId: string;
  readonly epoch: number;
  readonly createdAt: number;
  readonly #options: RoomOptions;
  readonly #log: DocumentLog;
  readonly #compaction: Compaction;
  readonly #participants = new Set<Participant>();
  readonly #presence: Presence<Participant>;
  readonly #presenceRelay = new PresenceRelay(() => this.#sendPresence());
  readonly #gaps = new Gaps<Participant>();
  #document: LiveDocument;
  #updatedAt: number;
  #incoming: Incoming[] = [];
  readonly #delivery: Delivery<Participant>;
  #tick: NodeJS.Immediate | undefined;
  readonly #slumber = new Slumber(() => this.#whenWhole(() => this.#document.sleep()));
  #rebuilding: Promise<void> | undefined;
  #failure: AppError | undefined;
  #repair: Repair | undefined;

  /** @throws when the stored bytes do not apply. */
  constructor(options: RoomOptions) {
    const { documentId, stored, store, logger } = options;
    this.#options = options;
    this.documentId = documentId;
    this.epoch = stored.epoch;
    this.createdAt = stored.createdAt;
    this.#updatedAt = stored.updatedAt;
    this.#document = new LiveDocument(stored, options.maxDocBytes);
    const { leftOut } = this.#document;
    if (leftOut > 0) {
      options.metrics.quarantined(leftOut);
      logger.error({ documentId, leftOut }, "stored updates could not be applied");
    }
    this.#examine(stored);
    this.#presence = new Presence(options.now);
    this.#delivery = new Delivery({
      receivers: this.#participants,
      document: () => this.#document,
      whenWhole: (action) => this.#whenWhole(action),
      presenceFor: (participant) => this.#presence.since(participant),
      onDelivered: (messages, bytes) => options.metrics.delivered(messages, bytes),
    });
    this.#compaction = new Compaction({ documentId, store, logger, stored });
    this.#log = new DocumentLog({
      ...options,
      seq: stored.seq,
      onSaved: (seq) => this.#saved(seq),
    });
  }

  /** Milliseconds since the epoch, of the newest edit. */
  get updatedAt(): number {
    return this.#updatedAt;
  }

  get connections(): number {
    return this.#participants.size;
  }

  /** Of the newest entry of the log that is on disk. */
  get savedSeq(): number {
    return this.#log.saved;
  }

  /** Something of it is lost, and edits would build on what is not there. */
  get isReadOnly(): boolean {
    return this.#repair !== undefined;
  }

  /** Whether every edit taken in is on disk. */
  get isSaved(): boolean {
    return this.#incoming.length === 0 && this.#log.saved === this.#log.last;
  }

  /** The document to read from; waits while it is being rebuilt, and rejects when that failed. */
  async read(): Promise<Pick<LiveDocument, "content" | "title" | "language" | "state">> {
    await this.#rebuilding;
    if (this.#failure) throw this.#failure;
    this.#slumber.disturb();
    return this.#document;
  }

  /**
   * Let somebody in. An editor is asked for what it has that the room lacks.
   * @throws AppError `overload` when the document could not be rebuilt.
   */
  join(participant: Participant, isEditor: boolean): void {
    if (this.#failure) throw this.#failure;
    this.#participants.add(participant);
    this.#presence.join(participant, participant.identity);
    if (isEditor) this.ask(participant);
    this.tellPresence(participant);
  }

  /** Somebody may be told to be another than before. */
  identify(participant: Participant): void {
    this.#presence.identify(participant, participant.identity);
    this.#presenceRelay.schedule();
  }

  leave(participant: Participant): void {
    if (!this.#participants.delete(participant)) return;
    this.#presence.leave(participant);
    this.#gaps.healed(participant);
    this.#delivery.forget(participant);
    this.#presenceRelay.schedule();
  }

  /** While something is lost only whole states are taken: they may bring it back. */
  submit(from: Participant, submission: Submission): void {
    if (this.#repair && !submission.isState) {
      return from.refuse(new AppError("overload", "This document is being repaired."));
    }
    this.#incoming.push({ ...submission, from });
    this.#schedule();
  }

  /** @throws MalformedFrame when it is no awareness update. */
  announce(participant: Participant, update: Uint8Array): void {
    const holder = this.#presence.receive(participant, update);
    holder?.challenge(() => {
      this.#presence.yield(holder);
      this.#presenceRelay.schedule();
    });
    this.#presenceRelay.schedule();
  }

  /** Send what a holder of `vector` lacks. */
  answer(participant: Participant, vector: Uint8Array): void {
    this.#whenWhole(() => this.#delivery.answer(participant, vector));
  }

  /** Have an editor send what it has that the room lacks. */
  ask(participant: Participant): void {
    this.#whenWhole(() => {
      const stateVector = this.#document.vector();
      deliver(participant, encodeFrame({ type: "step1", stateVector }));
    });
  }

  /** Send who else is here. */
  tellPresence(participant: Participant): void {
    const update = this.#presence.others(participant);
    if (update) deliver(participant, encodeFrame({ type: "awareness", update }));
  }

  /** Go on without what is lost. Rejects when that cannot be stored. */
  async acceptLoss(): Promise<void> {
    await this.#repair?.end("its owner gave up what is lost");
  }

  /** Deal with all that came in; resolves once it is on disk. */
  async settled(): Promise<void> {
    await this.#rebuilding;
    this.#runTick();
    await this.#rebuilding;
    await this.#log.settled();
  }

  /** Make the next opening fast, if that is worth it. Whatever comes of it, nothing depends on it. */
  async fold(): Promise<void> {
    if (!this.#repair) await this.#compaction.finish(this.#log.saved);
  }

  /** Let go of the memory. Resolves once no write is under way; what is not on disk by then is given up. */
  async close(): Promise<void> {
    clearImmediate(this.#tick);
    this.#slumber.close();
    this.#presenceRelay.close();
    this.#compaction.close();
    const lost = this.#log.abandon();
    if (lost > 0) {
      const { documentId, logger } = this.#options;
      logger.fatal({ documentId, lost }, "edits that were never acknowledged could not be stored");
    }
    this.#document.destroy();
    await this.#log.quiet();
  }

  /** While the document is being rebuilt nothing may be read from it. */
  #whenWhole(action: () => void): void {
    if (this.#rebuilding) void this.#rebuilding.then(() => this.#whenWhole(action));
    else action();
  }

  #schedule(): void {
    this.#tick ??= setImmediate(() => this.#runTick());
  }

  #runTick(): void {
    clearImmediate(this.#tick);
    this.#tick = undefined;
    if (this.#rebuilding) return;
    this.#takeIn(this.#incoming.splice(0));
    this.#log.flush();
    this.#delivery.send();
  }

  #takeIn(incoming: readonly Incoming[]): void {
    if (incoming.length === 0) return;
    this.#slumber.disturb();
    const outcomes = this.#document.take(incoming);
    for (const [index, outcome] of outcomes.entries()) {
      const item = incoming[index];
      if (item) this.#settle(item, outcome);
    }
    if (outcomes.at(-1) === "broken") {
      this.#incoming = [...incoming.slice(outcomes.length), ...this.#incoming];
      this.#rebuild(incoming[outcomes.length - 1]);
    }
  }

  #settle(item: Incoming, outcome: Outcome): void {
    const refusal = refusalOf(outcome);
    if (refusal) {
      this.#options.metrics.refused();
      return item.from.refuse(refusal);
    }
    if (outcome === "known") item.from.accepted(this.#log.last);
    if (outcome === "applied") this.#gaps.healed(item.from);
    if (outcome === "applied" || outcome === "waiting") this.#accept(item);
    if (outcome === "waiting") this.#chaseGap(item);
  }

  /** Its predecessors were lost somewhere: whoever sent it has them. */
  #chaseGap({ from, update }: Incoming): void {
    switch (this.#gaps.waits(from, update.length)) {
      case "ask":
        return this.ask(from);
      case "give up":
        return from.refuse(new AppError("overload", "Connect again, to sync anew."));
      case "wait":
        return undefined;
    }
  }

  #accept({ from, update, frame }: Incoming): void {
    this.#updatedAt = this.#options.now();
    const seq = this.#log.add(from.author, this.#updatedAt, update);
    this.#compaction.added(update.length);
    this.#options.metrics.tookIn(update.length);
    this.#delivery.add(frame, from);
    from.accepted(seq);
  }

  #saved(seq: number): void {
    for (const participant of this.#participants) participant.saved(seq);
    this.#options.changes.saved({ documentId: this.documentId, seq });
    if (this.#repair && seq === this.#log.last) this.#repair.saved(this.#document.hasGap);
    else if (!this.#repair) this.#compaction.consider(seq, this.#log.last);
  }

  #sendPresence(): void {
    for (const { update, except } of this.#presence.takeChanges()) {
      this.#delivery.add(encodeFrame({ type: "awareness", update }), except);
    }
    this.#schedule();
  }

  /** An update could be decoded but not applied, and may be in the document by half: start from the log again. */
  #rebuild(broken: Incoming | undefined): void {
    this.#rebuilding = this.#reload(broken)
      .catch((cause: unknown) => this.#fail(cause))
      .finally(() => {
        this.#rebuilding = undefined;
        this.#schedule();
      });
  }

  async #reload(broken: Incoming | undefined): Promise<void> {
    const { documentId, store, logger, maxDocBytes } = this.#options;
    logger.warn({ documentId }, "an update could not be applied; the document is rebuilt");
    // Looked at before the store is asked: what reaches the disk meanwhile is in both, and never in neither.
    const { unsaved } = this.#log;
    const stored = await store.load(documentId);
    if (!stored) throw new Error("the document is gone");
    const later = unsaved.filter(({ seq }) => seq > stored.seq).map(({ update }) => update);
    const tail = [...stored.tail, ...later, ...(broken ? [broken.update] : [])];
    const rebuilt = new LiveDocument({ ...stored, tail }, maxDocBytes);
    this.#document.destroy();
    this.#document = rebuilt;
    this.#examine(stored);
    // An update that had been waiting for this one may be to blame instead.
    if (broken && rebuilt.holdsLast) this.#accept(broken);
    else broken?.from.refuse(new AppError("malformed", "An update could not be applied."));
  }

  /** What could not be read of it: say so, and take no edits while something is lost. */
  #examine({ damage, seq }: StoredDocument): void {
    const { documentId, metrics, store, logger } = this.#options;
    if (!damage || this.#repair) return;
    metrics.quarantined(damage.updates + Number(damage.snapshot));
    if (damage.updates === 0) {
      logger.error({ documentId }, "a damaged snapshot was passed over; the log is whole");
      return;
    }
    logger.error(
      { documentId, lost: damage.updates },
      "stored updates are damaged; the document takes no edits until somebody's copy brings them back, or its owner accepts the loss",
    );
    const onEnd = () => {
      this.#repair = undefined;
      for (const participant of this.#participants) participant.repaired();
    };
    const { hasGap } = this.#document;
    this.#repair = new Repair({ documentId, upTo: seq, hasGap, store, logger, onEnd });
  }

  /** Nobody may go on with a document that is not what the log says. */
  #fail(cause: unknown): void {
    const { documentId, logger } = this.#options;
    logger.error({ err: cause, documentId }, "the document could not be rebuilt");
    this.#incoming = [];
    const error = new AppError("overload", "The document cannot be read at the moment.", { cause });
    this.#failure = error;
    for (const participant of this.#participants) participant.refuse(error);
    this.#options.onFailed();
  }
}

function deliver(participant: Participant, message: Uint8Array): void {
  participant.deliver(new Batch([message]));
}
