/**
 * One open document with everybody who is in it. Gathers what comes in during a
 * turn of the event loop and deals with it in one tick: one transaction on the
 * document, one batch to each participant, one write to the log. Knows no
 * socket, no HTTP and no SQL.
 */
import type { Logger } from "pino";
import { encodeFrame } from "#protocol/frames.ts";
import type { Head, SharedStore } from "../persistence/shared-store.ts";
import type { Store, StoredDocument } from "../persistence/store.ts";
import type { Backlog } from "./backlog.ts";
import { Batch } from "./batch.ts";
import type { Changes } from "./changes.ts";
import { Company } from "./company.ts";
import { Compaction } from "./compaction.ts";
import { Delivery } from "./delivery.ts";
import { DocumentLog, type Saved } from "./document-log.ts";
import { AppError } from "./errors.ts";
import { Following } from "./following.ts";
import { Gaps } from "./gaps.ts";
import type { Line } from "./line.ts";
import { LiveDocument, type Outcome } from "./live-document.ts";
import type { Metrics } from "./metrics.ts";
import { OwnEdits, type Revise } from "./own-edits.ts";
import type { Incoming, Participant, Submission } from "./participant.ts";
import { Rebuilding } from "./rebuilding.ts";
import { closedToEdits, endOf, noSuchDocument, refusalOf } from "./refusal.ts";
import { noteLeftOut, type Repair, repairOf } from "./repair.ts";
import { Slumber } from "./slumber.ts";
import type { StoreHealth } from "./store-health.ts";

/** What every room is given. */
export interface RoomSettings {
  readonly store: Pick<Store, "append" | "compact" | "load" | "acceptLoss">;
  /** The same store when other nodes write to it too; undefined: none does. */
  readonly shared: Pick<SharedStore, "heads" | "entriesAfter"> | undefined;
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
  /** To the other nodes that have it open; undefined: there are none. */
  readonly line: Line | undefined;
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
  /** Who is in it. */
  readonly company: Company;
  readonly #following: Following;
  readonly #gaps = new Gaps<Participant>((participant) => this.ask(participant));
  #document: LiveDocument;
  #updatedAt: number;
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
    this.#updatedAt = stored.updatedAt;
    this.#document = new LiveDocument(stored, options.maxDocBytes);
    noteLeftOut(this.#document.leftOut, options);
    this.#examine(stored);
    const { line } = options;
    this.company = new Company({
      ...options,
      tell: (frame, except) => this.#delivery.add(frame, except),
      onTold: () => this.#peopleTold(),
    });
    this.#delivery = new Delivery({
      receivers: this.company.here,
      document: () => this.#document,
      whenWhole: (action) => this.#rebuilding.whenWhole(action),
      presenceFor: (participant) => this.company.since(participant),
      onDelivered: (messages, bytes) => options.metrics.delivered(messages, bytes),
    });
    this.#compaction = new Compaction({ documentId, store, logger, stored });
    this.#log = new DocumentLog({
      ...options,
      onSaved: (saved) => this.#saved(saved),
      onFailed: (error) => this.#ownEdits.failed(error),
      onDoubt: () => this.#following.upToDate(),
      onGone: () => this.#fail(noSuchDocument()),
    });
    this.#following = new Following({
      ...options,
      seq: stored.seq,
      publish: (message) => line?.publish(message),
      recognise: (entry) => this.#log.recognise(entry),
      onUpdates: (updates, at) => this.#rebuilding.whenWhole(() => this.#show(updates, at)),
      onAdvance: (seq) => this.#advanced(seq),
    });
    this.#ownEdits = new OwnEdits({
      log: this.#log,
      withDocument: (use) => this.#toWrite(use),
      onSaved: (update, at) => {
        options.metrics.tookIn(update.length);
        this.#rebuilding.whenWhole(() => this.#show([update], at));
      },
      longestMs: options.ownEditMs,
      now: options.now,
    });
    line?.attach({ following: this.#following, company: this.company });
  }

  /** Milliseconds since the epoch, of the newest edit. */
  get updatedAt(): number {
    return this.#updatedAt;
  }

  /** Of the newest entry of the document's log that is here and on disk. */
  get seq(): number {
    return this.#following.seq;
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

  /**
   * The document to read from, with all that is on disk, whoever wrote it; waits while it is being
   * rebuilt, and rejects when that failed.
   */
  async read(): Promise<Pick<LiveDocument, "content" | "title" | "language" | "state">> {
    await this.#following.upToDate();
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
    this.company.join(participant);
    if (isEditor) this.ask(participant);
    this.company.introduce(participant);
  }

  leave(participant: Participant): void {
    if (!this.company.leave(participant)) return;
    this.#gaps.healed(participant);
    this.#delivery.forget(participant);
  }

  /** While something is lost only whole states are taken: they may bring it back. */
  submit(from: Participant, submission: Submission): void {
    if (this.#repair && !submission.isState) {
      return from.refuse(new AppError("overload", "This document is being repaired."));
    }
    this.#incoming.push({ ...submission, from });
    this.#schedule();
  }

  /** Send what a holder of `vector` lacks. */
  answer(participant: Participant, vector: Uint8Array): void {
    this.#rebuilding.whenWhole(() => this.#delivery.answer(participant, vector));
  }

  /** Have an editor send what it has that the room lacks. */
  ask(participant: Participant): void {
    this.#rebuilding.whenWhole(() => {
      const stateVector = this.#document.vector();
      participant.deliver(new Batch([encodeFrame({ type: "step1", stateVector })]));
    });
  }

  /**
   * So far the document has come, whoever wrote it; undefined: it is gone.
   * @param seq How far it was here before the store was asked.
   */
  compare(head: Head | undefined, seq: number): void {
    const end = endOf(head, { epoch: this.epoch, seq });
    if (end) return this.#fail(end);
    this.#repair?.compare(head?.access ?? 0);
    void this.#following.noticed(head?.seq ?? 0);
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
    if (!this.#repair) await this.#compaction.finish(this.seq);
  }

  /** Let go of the memory. Resolves once no write is under way; what is not on disk by then is given up. */
  async close(): Promise<void> {
    clearImmediate(this.#tick);
    this.#slumber.close();
    this.#following.close();
    this.company.close();
    this.#options.line?.close();
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
    await this.#following.upToDate();
    do {
      await this.#rebuilding.over();
      this.#rebuilding.demandSound();
      this.#runTick();
    } while (this.#rebuilding.isRunning);
    if (this.#repair || this.#options.backlog.isTooLong) throw closedToEdits(this.isReadOnly);
    this.#slumber.disturb();
    return use(this.#document);
  }

  /** These are on disk, by the server itself or by another node: now everybody gets them. */
  #show(updates: readonly Uint8Array[], at: number): void {
    this.#updatedAt = Math.max(this.#updatedAt, at);
    this.#slumber.disturb();
    for (const update of updates) {
      this.#compaction.added(update.length);
      this.#delivery.add(encodeFrame({ type: "update", update }), undefined);
    }
    this.#schedule();
    if (!this.#document.follow(updates)) this.#rebuilding.start(() => this.#reload(undefined));
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
    if (outcome === "waiting") this.#gaps.waits(item.from, item.update.length);
  }

  #accept({ from, update, frame }: Incoming): void {
    this.#updatedAt = this.#options.now();
    const count = this.#log.add(from.author, this.#updatedAt, update);
    this.#compaction.added(update.length);
    this.#options.metrics.tookIn(update.length);
    this.#delivery.add(frame, from);
    from.accepted(count);
  }

  #saved(written: Saved): void {
    const { saved } = this.#log;
    // First, so that who is told of it finds it in the document.
    this.#ownEdits.saved(saved);
    // The other nodes before the acknowledgement.
    this.#following.saved(written);
    for (const participant of this.company.here) participant.saved(saved);
    if (this.#repair && saved === this.#log.last) this.#repair.saved(this.#document.hasGap);
  }

  /** The document's log is here up to `seq`. */
  #advanced(seq: number): void {
    this.#options.changes.saved({ documentId: this.documentId, seq });
    const { saved, last } = this.#log;
    if (!this.#repair) this.#compaction.consider(seq, seq + last - saved);
  }

  #peopleTold(): void {
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
    if (this.#repair || !damage) return;
    const onEnd = () => {
      this.#repair = undefined;
      for (const participant of this.company.here) participant.repaired();
    };
    const { hasGap } = this.#document;
    this.#repair = repairOf(damage, { ...this.#options, upTo: seq, hasGap, onEnd });
  }

  /** Nobody may go on with a document that is not what the log says. */
  #fail(error: AppError): void {
    const { documentId, logger } = this.#options;
    logger.error({ err: error, documentId }, "the document can be served from here no more");
    this.#incoming = [];
    for (const participant of this.company.here) participant.refuse(error);
    this.#options.onFailed();
  }
}
