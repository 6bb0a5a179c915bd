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
import { Delivery } from "./delivery.ts";
import { DocumentLog, type Saved } from "./document-log.ts";
import { AppError } from "./errors.ts";
import { Gaps } from "./gaps.ts";
import { LiveDocument, type Outcome } from "./live-document.ts";
import type { Metrics } from "./metrics.ts";
import { OwnEdits, type Revise } from "./own-edits.ts";
import type { Incoming, Participant, Submission } from "./participant.ts";
import { Presence } from "./presence.ts";
import { PresenceRelay } from "./presence-relay.ts";
import { Rebuilding } from "./rebuilding.ts";
import { closedToEdits, refusalOf } from "./refusal.ts";
import { noteDamage, Repair } from "./repair.ts";
import { Slumber } from "./slumber.ts";
import type { StoreHealth } from "./store-health.ts";

/** What every room is given. */
export interface RoomSettings {
  readonly store: Pick<Store, "append" | "compact" | "load" | "acceptLoss">;
  readonly health: StoreHealth;
  readonly backlog: Backlog;
  readonly changes: Pick<Changes, "saved" | "peopleChanged">;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Bytes of the encoded state; 0: no limit. */
  readonly maxDocBytes: number;
  /** How long an edit of the server's own may take, in milliseconds. */
  readonly ownEditMs: number;
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
  #seq: number;
  #incoming: Incoming[] = [];
  readonly #delivery: Delivery<Participant>;
  #tick: NodeJS.Immediate | undefined;
  readonly #slumber = new Slumber(() => this.#rebuilding.whenWhole(() => this.#document.sleep()));
  readonly #rebuilding = new Rebuilding({
    onFailed: (error) => this.#fail(error),
    onEnd: () => this.#schedule(),
  });
  readonly #ownEdits: OwnEdits;
  #repair: Repair | undefined;

  /** @throws when the stored bytes do not apply. */
  constructor(options: RoomOptions) {
    const { documentId, stored, store, logger } = options;
    this.#options = options;
    this.documentId = documentId;
    this.epoch = stored.epoch;
    this.createdAt = stored.createdAt;
    this.#seq = stored.seq;
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
      whenWhole: (action) => this.#rebuilding.whenWhole(action),
      presenceFor: (participant) => this.#presence.since(participant),
      onDelivered: (messages, bytes) => options.metrics.delivered(messages, bytes),
    });
    this.#compaction = new Compaction({ documentId, store, logger, stored });
    this.#log = new DocumentLog({
      ...options,
      onSaved: (saved) => this.#saved(saved),
      onFailed: (error) => this.#ownEdits.failed(error),
      onDoubt: async () => undefined,
    });
    this.#ownEdits = new OwnEdits({
      log: this.#log,
      withDocument: (use) => this.#toWrite(use),
      onSaved: (update, at) => this.#rebuilding.whenWhole(() => this.#show(update, at)),
      longestMs: options.ownEditMs,
      now: options.now,
    });
  }

  /** Milliseconds since the epoch, of the newest edit. */
  get updatedAt(): number {
    return this.#updatedAt;
  }

  get connections(): number {
    return this.#participants.size;
  }

  /** JSON by client id, as the people in it are told of each other. */
  get presence(): ReadonlyMap<number, string> {
    return this.#presence.states();
  }

  /** Of the newest entry of the document's log that is here and on disk. */
  get seq(): number {
    return this.#seq;
  }

  /** How many of the edits that were accepted here are on disk. */
  get saved(): number {
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
    await this.#rebuilding.over();
    this.#rebuilding.demandSound();
    this.#slumber.disturb();
    return this.#document;
  }

  /** An edit of the server's own, in the name of `author`; on disk when it resolves. @see OwnEdits.write */
  edit(author: string, revise: Revise): Promise<void> {
    return this.#ownEdits.write(author, revise);
  }

  /**
   * Let somebody in. An editor is asked for what it has that the room lacks.
   * @throws AppError `overload` when the document could not be rebuilt.
   */
  join(participant: Participant, isEditor: boolean): void {
    this.#rebuilding.demandSound();
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
    this.#rebuilding.whenWhole(() => this.#delivery.answer(participant, vector));
  }

  /** Have an editor send what it has that the room lacks. */
  ask(participant: Participant): void {
    this.#rebuilding.whenWhole(() => {
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
    await this.#rebuilding.over();
    this.#runTick();
    await this.#rebuilding.over();
    await this.#log.settled();
  }

  /** Make the next opening fast, if that is worth it. Whatever comes of it, nothing depends on it. */
  async fold(): Promise<void> {
    if (!this.#repair) await this.#compaction.finish(this.#seq);
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
    this.#ownEdits.failed(new AppError("restart", "Read the document before you try again."));
    this.#document.destroy();
    await this.#log.quiet();
  }

  #schedule(): void {
    this.#tick ??= setImmediate(() => this.#runTick());
  }

  #runTick(): void {
    clearImmediate(this.#tick);
    this.#tick = undefined;
    if (this.#rebuilding.isRunning) return;
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
      const broken = incoming[outcomes.length - 1];
      this.#rebuilding.start(() => this.#reload(broken));
    }
  }

  /** @throws AppError `overload` while it takes no edits. */
  async #toWrite<T>(use: (document: LiveDocument) => T): Promise<T> {
    do {
      await this.#rebuilding.over();
      this.#rebuilding.demandSound();
      this.#runTick();
    } while (this.#rebuilding.isRunning);
    if (this.#repair || this.#options.backlog.isTooLong) throw closedToEdits(this.isReadOnly);
    this.#slumber.disturb();
    return use(this.#document);
  }

  /** An edit of the server's own is on disk: now everybody gets it. */
  #show(update: Uint8Array, at: number): void {
    this.#updatedAt = Math.max(this.#updatedAt, at);
    this.#compaction.added(update.length);
    this.#options.metrics.tookIn(update.length);
    this.#delivery.add(encodeFrame({ type: "update", update }), undefined);
    this.#schedule();
    if (!this.#document.follow(update)) this.#rebuilding.start(() => this.#reload(undefined));
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
    const count = this.#log.add(from.author, this.#updatedAt, update);
    this.#compaction.added(update.length);
    this.#options.metrics.tookIn(update.length);
    this.#delivery.add(frame, from);
    from.accepted(count);
  }

  #saved({ numbers }: Saved): void {
    const { saved, last } = this.#log;
    // First, so that who is told of it finds it in the document.
    this.#ownEdits.saved(saved);
    this.#seq = numbers.at(-1) ?? this.#seq;
    for (const participant of this.#participants) participant.saved(saved);
    this.#options.changes.saved({ documentId: this.documentId, seq: this.#seq });
    if (this.#repair && saved === last) this.#repair.saved(this.#document.hasGap);
    else if (!this.#repair) this.#compaction.consider(this.#seq, this.#seq + last - saved);
  }

  #sendPresence(): void {
    for (const { update, except } of this.#presence.takeChanges()) {
      this.#delivery.add(encodeFrame({ type: "awareness", update }), except);
    }
    this.#options.changes.peopleChanged(this.documentId);
    this.#schedule();
  }

  /** An update could be decoded but not applied, and may be in the document by half: start from the log again. */
  async #reload(broken: Incoming | undefined): Promise<void> {
    const { documentId, store, logger, maxDocBytes } = this.#options;
    logger.warn({ documentId }, "an update could not be applied; the document is rebuilt");
    // Looked at before the store is asked: what reaches the disk meanwhile is in both, and never in neither.
    const shown = this.#log.unsaved.filter(({ count }) => count !== this.#ownEdits.pendingCount);
    const stored = await store.load(documentId);
    if (!stored) throw new Error("the document is gone");
    const later = shown.map(({ update }) => update);
    const tail = [...stored.tail, ...later, ...(broken ? [broken.update] : [])];
    const rebuilt = new LiveDocument({ ...stored, tail }, maxDocBytes);
    this.#document.destroy();
    this.#document = rebuilt;
    this.#examine(stored);
    // An update that had been waiting for this one may be to blame instead.
    if (broken && rebuilt.holdsLast) this.#accept(broken);
    else broken?.from.refuse(new AppError("malformed", "An update could not be applied."));
  }

  /** While something is lost it takes no edits. */
  #examine({ damage, seq }: StoredDocument): void {
    const { documentId, store, logger } = this.#options;
    if (!damage || this.#repair || !noteDamage(damage, this.#options)) return;
    const onEnd = () => {
      this.#repair = undefined;
      for (const participant of this.#participants) participant.repaired();
    };
    const { hasGap } = this.#document;
    this.#repair = new Repair({ documentId, upTo: seq, hasGap, store, logger, onEnd });
  }

  /** Nobody may go on with a document that is not what the log says. */
  #fail(error: AppError): void {
    const { documentId, logger } = this.#options;
    logger.error({ err: error.cause, documentId }, "the document could not be rebuilt");
    this.#incoming = [];
    for (const participant of this.#participants) participant.refuse(error);
    this.#options.onFailed();
  }
}

function deliver(participant: Participant, message: Uint8Array): void {
  participant.deliver(new Batch([message]));
}
