/**
 * The store thread: owns the only connection and answers the client's questions
 * one after another. Its first message says that it is open, or why not.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Database } from "./database.ts";
import type { Calls, CallName, Question, Reply, ThreadOptions } from "./messages.ts";
import { pack, unpack } from "../packing.ts";
import { failureOf } from "./sqlite-error.ts";

type Handlers = { [Name in CallName]: (...args: Calls[Name]["args"]) => Calls[Name]["answer"] };

function handlersOf(database: Database): Handlers {
  return {
    create: (document) => database.create(document),
    find: (documentId) => database.find(documentId),
    findLink: (tokenHash) => database.links.find(tokenHash),
    links: (documentId) => database.links.ofDocument(documentId),
    addLink: (documentId, link) => database.addLink(documentId, link),
    changeLink: (documentId, linkId, changes) => database.links.change(documentId, linkId, changes),
    claimLink: (claim) => database.links.claim(claim),
    countUses: (uses) => database.links.countUses(uses),
    secret: (name) => database.links.secret(name),
    load: (documentId) => load(database, documentId),
    append: (batches, updates) => append(database, batches, updates),
    acceptLoss: (documentId, upTo) => database.acceptLoss(documentId, upTo),
    setDeleted: (documentId, deletedAt, since) => database.trash.set(documentId, deletedAt, since),
    deletedBefore: (before, most, after) => database.trash.before(before, most, after),
    removalStep: (documentId, before) => database.removalStep(documentId, before),
    addWebhook: (documentId, webhook, most) => database.webhooks.add(documentId, webhook, most),
    webhooks: (documentId) => database.webhooks.ofDocument(documentId),
    webhooksAfter: (id, most) => database.webhooks.after(id, most),
    removeWebhook: (documentId, webhookId) => database.webhooks.remove(documentId, webhookId),
    tellWebhooks: (tellings, inFlight) => database.webhooks.tell(tellings, inFlight),
    nextDeliveries: (which) => database.webhooks.next(which),
    settleDelivery: (settlement) => database.webhooks.settle(settlement),
    deliveries: (webhookId, since) => database.webhooks.deliveries(webhookId, since),
    list: (before, most) => database.list.before(before, most),
    describe: (documentIds) => database.list.describe(documentIds),
    tally: (before) => database.list.tally(before),
    compactionBase: (documentId, upTo) => database.compaction.base(documentId, upTo),
    readTail: (documentId, from, upTo) => database.compaction.tail(documentId, from, upTo),
    putSnapshot: (documentId, from, snapshot) =>
      database.compaction.putSnapshot(documentId, from, snapshot),
    packRun: (documentId, after) => database.compaction.packRun(documentId, after),
    close: () => database.close(),
  };
}

function load(database: Database, documentId: string): Calls["load"]["answer"] {
  const document = database.load(documentId);
  if (!document) return undefined;
  const { snapshot, tail, ...record } = document;
  const updates = pack(snapshot ? [snapshot, ...tail] : tail);
  return { ...record, updates, hasSnapshot: snapshot !== undefined };
}

function append(database: Database, ...[batches, packed]: Calls["append"]["args"]) {
  const updates = unpack(packed);
  let at = 0;
  const group = batches.map((batch) =>
    batch.map((head) => ({ ...head, updates: updates.slice(at, (at += head.authors.length)) })),
  );
  return database
    .append(group)
    .map((outcome) => (outcome instanceof Error ? failureOf(outcome) : outcome));
}

function reply(handlers: Handlers, { id, call, args }: Question): Reply {
  try {
    // Question and Handlers are typed from the same table, but not name by name once they are data.
    const handler = handlers[call] as (...args: readonly unknown[]) => unknown;
    return { id, answer: handler(...args) };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}

function transferable(answer: unknown): ArrayBuffer[] {
  const { updates } = (answer ?? {}) as { updates?: { bytes: Uint8Array<ArrayBuffer> } };
  return updates ? [updates.bytes.buffer] : [];
}

function say(replies: readonly Reply[]): void {
  const buffers = replies.flatMap((each) => ("answer" in each ? transferable(each.answer) : []));
  parentPort?.postMessage(replies, buffers);
}

function serve(): void {
  const opening = { id: 0 };
  try {
    const handlers = handlersOf(new Database(workerData as ThreadOptions));
    parentPort?.on("message", (questions: readonly Question[]) => {
      say(questions.map((question) => reply(handlers, question)));
    });
    say([{ ...opening, answer: undefined }]);
  } catch (error) {
    say([{ ...opening, failure: failureOf(error) }]);
  }
}

serve();
