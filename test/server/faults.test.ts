/** Every question the server asks of its store, answered by an error, late, or never. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import { Backlog } from "../../server/backlog.ts";
import { DocumentLog } from "../../server/document-log.ts";
import { Metrics } from "../../server/metrics.ts";
import { StoreHealth } from "../../server/store-health.ts";
import { ControlledStore } from "../helpers/controlled-store.ts";
import { type Fault, FaultyStore, type Method } from "../helpers/faulty-store.ts";
import { breakingUpdates } from "../helpers/poison.ts";
import { rawClient, type RawClient, typing } from "../helpers/raw-client.ts";
import { call } from "../helpers/rest.ts";
import {
  createDocument,
  exportText,
  startServer,
  type TestDocument,
  type TestServer,
} from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const FAULTS: readonly Fault[] = ["full", "failing", "corrupt", "late", "never"];

interface Scene {
  readonly faulty: FaultyStore;
  readonly server: TestServer;
  /** Nobody has it open. */
  readonly document: TestDocument;
  /** Somebody is in it, and edits it all along. */
  readonly other: TestDocument;
  readonly witness: RawClient;
}

async function scene(t: TestContext): Promise<Scene> {
  const faulty = new FaultyStore();
  const server = await startServer(t, { store: faulty.store, storeAnswerMs: 150, idleRoomMs: 20 });
  const [document, other] = [
    await createDocument(server, { content: "text" }),
    await createDocument(server),
  ];
  const witness = await enter(t, server, other);
  await witness.next("step1");
  return { faulty, server, document, other, witness };
}

function enter(t: TestContext, server: TestServer, { id, editToken }: TestDocument) {
  return rawClient(t, server, id, `token=${editToken}&ack=1`);
}

/** Acknowledged as the next of this client. */
async function edit(client: RawClient, letters: string): Promise<void> {
  const before = client.frames.findLast((frame) => frame.type === "acknowledgement")?.count ?? 0;
  for (const update of typing(letters)) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === before + letters.length);
}

/** What asks the store this on behalf of a newcomer, and how it is refused meanwhile. */
const NEWCOMERS: readonly {
  readonly method: Method;
  readonly what: string;
  readonly ask: (scene: Scene, t: TestContext) => Promise<number>;
  readonly refusal: number;
  readonly success: number;
}[] = [
  { method: "findLink", what: "a socket", ask: code, refusal: 1013, success: 0 },
  { method: "load", what: "a socket", ask: code, refusal: 1013, success: 0 },
  {
    method: "findLink",
    what: "an export",
    ask: status("GET", "/export"),
    refusal: 503,
    success: 200,
  },
  { method: "load", what: "an export", ask: status("GET", "/export"), refusal: 503, success: 200 },
  {
    method: "links",
    what: "a list of links",
    ask: status("GET", "/links"),
    refusal: 503,
    success: 200,
  },
  {
    method: "addLink",
    what: "a new link",
    ask: status("POST", "/links", { role: "view" }),
    refusal: 503,
    success: 201,
  },
  {
    method: "create",
    what: "a new document",
    ask: async ({ server }) => (await call(server, "", { method: "POST", body: {} })).status,
    refusal: 503,
    success: 201,
  },
];

for (const { method, what, ask, refusal, success } of NEWCOMERS) {
  for (const fault of FAULTS) {
    test(`[R27] ${what} whose ${method} is ${fault} is told to come later, others go on, and later it works`, async (t) => {
      const given = await scene(t);
      given.faulty.break(method, fault);
      const refused = ask(given, t);
      assert.equal(await refused, refusal);
      if (method !== "load") await edit(given.witness, "on");
      given.faulty.mend();
      assert.equal(await ask(given, t), success);
      await edit(given.witness, "and on");
    });
  }
}

for (const fault of FAULTS) {
  test(`[R28] an edit whose append is ${fault} is acknowledged only when it is stored, once`, async (t) => {
    const { faulty, server, other, witness } = await scene(t);
    faulty.break("append", fault);
    for (const update of typing("ab")) witness.send({ type: "update", update });
    const reader = await enter(t, server, other);
    await until(async () => (await exportText(server, other)) === "ab");
    await until(() => (faulty.calls.get("append") ?? 0) > (isAnswered(fault) ? 1 : 0));
    assert.ok(!witness.frames.some(({ type }) => type === "acknowledgement"));
    if (isAnswered(fault)) {
      assert.notEqual((await witness.next("storeState")).state, "ok");
      assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
    }
    if (fault === "never") {
      await until(() => witness.frames.some(({ type }) => type === "storeState"));
      assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
      assert.equal(faulty.calls.get("append"), 1);
      return;
    }
    faulty.mend();
    assert.equal((await witness.next("acknowledgement")).count, 2);
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
    reader.socket.close();
    await edit(witness, "c");
    assert.equal((await faulty.store.load(other.id))?.seq, 3);
  });

  test(`[R29] a compaction that is ${fault} costs nobody anything`, async (t) => {
    const { faulty, server, document } = await scene(t);
    faulty.break("compact", fault);
    const client = await enter(t, server, document);
    await client.next("step1");
    await edit(client, "x".repeat(200));
    client.socket.close();
    await until(() => (faulty.calls.get("compact") ?? 0) > 0);
    assert.equal((await exportText(server, document)).length, 204);
    await edit(await enter(t, server, document), "on");
  });

  test(`[R25] a document whose rebuilding is ${fault} is served by nobody until it can be read, and then whole`, async (t) => {
    const { faulty, server, document } = await scene(t);
    const [honest, hostile] = [await enter(t, server, document), await enter(t, server, document)];
    await honest.next("step1");
    await edit(honest, "kept ");
    faulty.break("load", fault);
    for (const update of breakingUpdates()) hostile.send({ type: "update", update });
    assert.equal((await honest.ended()).code, 1013);
    faulty.mend();
    const text = await until(() => exportText(server, document).catch(() => undefined));
    assert.match(text, /kept /);
    await edit(await enter(t, server, document), "on");
  });
}

test("[R26] while the store fails, an update that breaks ends its sender at once and everybody else goes on", async (t) => {
  const { faulty, server, other, witness } = await scene(t);
  faulty.break("append", "full");
  for (const update of typing("ab")) witness.send({ type: "update", update });
  const hostile = await enter(t, server, other);
  for (const update of breakingUpdates()) hostile.send({ type: "update", update });
  assert.equal((await hostile.ended()).code, 4400);
  assert.match(await exportText(server, other), /ab/);
  faulty.mend();
  assert.equal((await witness.next("acknowledgement")).count, 2);
});

test("[R30] a server that ends makes no snapshots", async (t) => {
  const { faulty, server, witness } = await scene(t);
  await edit(witness, "x".repeat(300));
  assert.equal(await server.close(), true);
  assert.equal(faulty.calls.get("compact") ?? 0, 0);
});

function isAnswered(fault: Fault): boolean {
  return fault !== "late" && fault !== "never";
}

/** 0 for a socket that is let in. */
async function code({ server, document }: Scene, t: TestContext): Promise<number> {
  const client = await enter(t, server, document);
  await until(() => client.closed ?? client.frames.some(({ type }) => type === "step1"));
  return client.closed?.code ?? 0;
}

function status(method: string, path: string, body?: object) {
  return async ({ server, document }: Scene): Promise<number> => {
    const token = document.ownerToken;
    const given = { method, token, ...(body && { body }) };
    return (await call(server, `/${document.id}${path}`, given)).status;
  };
}

test("[R33] writes that follow each other closely never count as one that is not answered", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const control = new ControlledStore();
  await control.store.create({ id: "a", createdAt: 0, links: [] });
  const health = new StoreHealth();
  const log = documentLog(control, health);
  control.hold();
  for (const update of typing("ab")) {
    log.add("somebody", 0, update);
    log.flush();
  }
  control.release();
  await log.settled();
  await log.quiet();
  t.mock.timers.tick(20_000);
  assert.equal(health.state, "ok");
});

function documentLog(control: ControlledStore, health: StoreHealth): DocumentLog {
  return new DocumentLog({
    documentId: "a",
    store: control.store,
    health,
    backlog: new Backlog(1e9),
    metrics: new Metrics({ connections: () => 0, rooms: () => 0, backlogBytes: () => 0 }),
    logger: pino({ level: "silent" }),
    onSaved: () => undefined,
    onFailed: () => undefined,
    onDoubt: async () => undefined,
    onGone: () => undefined,
  });
}
