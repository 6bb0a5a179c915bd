/** The people of one document on several nodes, each node shown to a stock client. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as encoding from "lib0/encoding";
import { pino } from "pino";
import * as Y from "yjs";
import { decodeFrame } from "#protocol/frames.ts";
import { Batch } from "../../server/batch.ts";
import type { BusListener } from "../../server/bus.ts";
import { type BusMessage, decodeBusMessage, encodeBusMessage } from "../../server/bus-message.ts";
import { Company } from "../../server/company.ts";
import { Line } from "../../server/line.ts";
import type { Participant } from "../../server/participant.ts";
import { until } from "../helpers/until.ts";

/** Somebody who is connected, and gives a sign of life or not. */
class Person implements Participant {
  readonly author = "a-link";
  readonly identity = { role: "edit", label: "" };
  readonly isBehind = false;
  isAlive = true;
  challenges = 0;

  deliver(_batch: Batch): void {}
  onDrained(): void {}
  refuse(): void {}
  accepted(): void {}
  saved(): void {}
  repaired(): void {}

  challenge(onSilent: () => void): void {
    this.challenges += 1;
    if (!this.isAlive) onSilent();
  }
}

/** A client as y-websocket makes it: it sends back what it hears of others. */
class Stock extends Person {
  readonly #awareness: Awareness;
  #company: Company | undefined;
  echoes = 0;

  constructor(t: TestContext, clientId: number, state: object | null) {
    super();
    const doc = new Y.Doc();
    doc.clientID = clientId;
    this.#awareness = new Awareness(doc);
    this.#awareness.setLocalState(state);
    this.#awareness.on("update", (changed: Record<"added" | "updated" | "removed", number[]>) =>
      this.#say([...changed.added, ...changed.updated, ...changed.removed]),
    );
    t.after(() => this.#awareness.destroy());
  }

  enter(company: Company): void {
    this.#company = company;
    company.join(this);
    company.introduce(this);
    if (this.#awareness.getLocalState()) this.#say([this.#awareness.clientID]);
  }

  move(cursor: number): void {
    this.#awareness.setLocalStateField("cursor", cursor);
  }

  override deliver({ messages }: Batch): void {
    // On a network it has spoken first.
    setImmediate(() => {
      for (const message of messages) this.#hear(message);
    });
  }

  #hear(frame: Uint8Array): void {
    const told = decodeFrame(frame);
    if (told.type !== "awareness") return;
    applyAwarenessUpdate(this.#awareness, told.update, this);
    this.echoes += 1;
  }

  #say(clientIds: number[]): void {
    this.#company?.announce(this, encodeAwarenessUpdate(this.#awareness, clientIds));
  }
}

/** Nodes that hear each other as long as they are not cut off. */
class Network {
  readonly nodes = new Map<string, Company>();
  readonly #t: TestContext;
  readonly #named: string[] = [];

  constructor(t: TestContext) {
    this.#t = t;
  }

  node(name: string) {
    const viewer = new Awareness(new Y.Doc());
    viewer.setLocalState(null);
    viewer.destroy();
    const company: Company = new Company({
      line: { publish: (message) => this.#publish(name, message) },
      now: Date.now,
      tell: (frame, except) => {
        for (const each of company.here) if (each !== except) each.deliver(new Batch([frame]));
        const told = decodeFrame(frame);
        if (told.type === "awareness") applyAwarenessUpdate(viewer, told.update, null);
      },
      onTold: () => undefined,
    });
    this.#t.after(() => company.close());
    this.nodes.set(name, company);
    company.gather();
    const shown = () => Object.fromEntries(viewer.getStates());
    return { company, shown };
  }

  /** It is killed: nobody hears of it any more. */
  kill(name: string): void {
    this.nodes.delete(name);
  }

  /** How often a node has named all its people. */
  named(node: string): number {
    return this.#named.filter((name) => name === node).length;
  }

  #publish(from: string, message: BusMessage): void {
    if (!this.nodes.has(from)) return;
    if (message.type === "people" && message.isWhole) this.#named.push(from);
    const heard = decodeBusMessage(encodeBusMessage(message));
    assert.deepEqual(heard, message);
    for (const [name, company] of this.nodes) {
      if (name === from) continue;
      if (message.type === "people") company.received(message, from);
      if (message.type === "askPeople") company.asked();
      if (message.type === "challenge") company.asked(message.clientId);
    }
  }
}

function saying(clientId: number, clock: number, name: string | null): Uint8Array {
  return stating(clientId, clock, name && { name });
}

function stating(clientId: number, clock: number, state: unknown): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(state));
  });
}

function enter(company: Company, clientId: number, clock: number, name: string): Person {
  const person = new Person();
  company.join(person);
  company.announce(person, saying(clientId, clock, name));
  return person;
}

test("[X10] people of one node are seen on all others, and gone there when they leave", async (t) => {
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  const anna = enter(one.company, 1, 1, "Anna");
  await until(() => two.shown()[1]);
  assert.deepEqual(two.shown(), { 1: { name: "Anna" } });
  assert.deepEqual([one.company.connections, two.company.connections], [1, 1]);
  one.company.announce(anna, saying(1, 2, "Anne"));
  await until(() => two.shown()[1]?.name === "Anne");
  one.company.leave(anna);
  await until(() => !two.shown()[1]);
  assert.equal(two.company.connections, 0);
});

test("[X11] a node that opens the document later is told who is there", async (t) => {
  const network = new Network(t);
  const one = network.node("one");
  enter(one.company, 1, 1, "Anna");
  await until(() => one.shown()[1]);
  const two = network.node("two");
  await until(() => two.shown()[1]);
  assert.deepEqual(two.company.connections, 1);
});

test("[X12] who changes nodes is never twice there, and seen on the new one at once", async (t) => {
  const network = new Network(t);
  const [one, two, three] = ["one", "two", "three"].map((name) => network.node(name));
  assert.ok(one && two && three);
  const before = enter(one.company, 1, 7, "Anna");
  await until(() => two.shown()[1] && three.shown()[1]);
  one.company.leave(before);
  const after = enter(two.company, 1, 7, "Anna, moved");
  for (const node of [one, three]) await until(() => node.shown()[1]?.name === "Anna, moved");
  assert.deepEqual(Object.keys(three.shown()), ["1"]);
  two.company.announce(after, saying(1, 8, "Anna again"));
  for (const node of [one, three]) await until(() => node.shown()[1]?.name === "Anna again");
});

test("[X13] the same when the old connection is dead and nobody has noticed", async (t) => {
  const network = new Network(t);
  const [one, two, three] = ["one", "two", "three"].map((name) => network.node(name));
  assert.ok(one && two && three);
  const before = enter(one.company, 1, 7, "Anna");
  await until(() => two.shown()[1] && three.shown()[1]);
  before.isAlive = false;
  enter(two.company, 1, 7, "Anna, moved");
  await until(() => before.challenges > 0);
  one.company.leave(before);
  for (const node of [one, two, three]) {
    await until(() => node.shown()[1]?.name === "Anna, moved");
  }
});

test("[X14] nobody takes over the client id of somebody who is there, on whatever node", async (t) => {
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  const anna = enter(one.company, 1, 1, "Anna");
  await until(() => two.shown()[1]);
  const mallory = enter(two.company, 1, 99, "Mallory");
  two.company.announce(mallory, saying(1, 100, null));
  await until(() => anna.challenges > 0);
  const told = network.named("one");
  await until(() => network.named("one") > told, { what: "its node says that she is there" });
  one.company.announce(anna, saying(1, 2, "Anna, still"));
  await until(() => two.shown()[1]?.name === "Anna, still");
  assert.deepEqual(one.shown(), { 1: { name: "Anna, still" } });
});

test("[X15] the people of a node that was killed are gone within 30 s, and can come back elsewhere before", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  enter(one.company, 1, 1, "Anna");
  enter(one.company, 2, 1, "Ben");
  await until(() => two.shown()[1] && two.shown()[2]);
  network.kill("one");
  enter(two.company, 1, 1, "Anna, moved");
  await until(() => two.shown()[1]?.name === "Anna, moved");
  t.mock.timers.tick(24_000);
  await until(() => !two.shown()[2]);
  assert.deepEqual(Object.keys(two.shown()), ["1"]);
  assert.equal(two.company.connections, 1);
});

test("[X31] what one node takes of people, and however many, all others take", async (t) => {
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  const longest = new Person();
  const empty = JSON.stringify({ user: { name: "" } });
  const name = "x".repeat(64 * 1024 - empty.length);
  one.company.join(longest);
  one.company.announce(longest, stating(1, 1, { user: { name } }));
  await until(() => two.shown()[1]);
  const clock = 2 ** 52 - 1;
  one.company.leave(enter(one.company, 2, clock, "before"));
  enter(one.company, 2, clock, "raised");
  await until(() => two.shown()[2]?.name === "raised");
  for (let id = 3; id <= 2500; id += 1) enter(one.company, id, 1, "one of many");
  await until(() => Object.keys(two.shown()).length === 2500);
});

test("[X32] a message that cannot be taken in costs itself alone, waiting or not", (t) => {
  const listeners: BusListener[] = [];
  const heard: string[] = [];
  const channel = {
    ready: Promise.resolve(true),
    publish: () => undefined,
    close: () => undefined,
  };
  const open = (_: string, hears: BusListener) => {
    listeners.push(hears);
    return channel;
  };
  const log: string[] = [];
  const logger = pino({ level: "error" }, { write: (line) => void log.push(line) });
  const line = new Line({ bus: { open }, documentId: "a", logger, onAccess: () => undefined });
  t.after(() => line.close());
  const network = new Network(t);
  const { company } = network.node("two");
  const update = Uint8Array.of(1, 2);
  const say = (message: BusMessage) => listeners[0]?.(encodeBusMessage(message), "one");
  const following = { received: () => undefined, noticed: async () => void heard.push("head") };
  say({ type: "people", isWhole: true, connections: 1, update });
  say({ type: "head", seq: 1 });
  line.attach({ following, company });
  say({ type: "people", isWhole: true, connections: 1, update });
  say({ type: "head", seq: 2 });
  assert.deepEqual(heard, ["head", "head"]);
  assert.equal(log.length, 2);
});

test("[X33] stock clients of a node that died have their own client ids again on another", async (t) => {
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  for (const clientId of [7, 8]) enter(one.company, clientId, 1, "before");
  await until(() => two.shown()[7] && two.shown()[8]);
  network.kill("one");
  const [anna, ben] = [new Stock(t, 7, { name: "Anna" }), new Stock(t, 8, { name: "Ben" })];
  for (const each of [anna, ben]) each.enter(two.company);
  await until(() => two.shown()[7]?.name !== "before" && two.shown()[8]?.name !== "before");
  for (const each of [anna, ben]) each.move(5);
  await until(() => two.shown()[7]?.cursor === 5 && two.shown()[8]?.cursor === 5);
  assert.deepEqual([two.shown()[7]?.name, two.shown()[8]?.name], ["Anna", "Ben"]);
});

test("[X34] who leaves a node is gone on the others, also where somebody without presence echoes them", async (t) => {
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  const anna = new Stock(t, 7, { user: { name: "Anna" } });
  const [early, late] = [new Stock(t, 8, null), new Stock(t, 9, null)];
  early.enter(two.company);
  anna.enter(one.company);
  await until(() => two.shown()[7]);
  late.enter(two.company);
  await until(() => early.echoes > 0 && late.echoes > 0);
  one.company.leave(anna);
  await until(() => !one.shown()[7] && !two.shown()[7]);
  assert.deepEqual([...two.company.states], []);
});

test("[X35] who went from a node that stood still to another is seen on a third, whatever the first says when it goes on", async (t) => {
  const { company, shown } = new Network(t).node("three");
  const says = (from: string, isWhole: boolean, update: Uint8Array = Uint8Array.of(0)) =>
    company.received({ type: "people", isWhole, connections: 1, update }, from);
  says("one", true, saying(7, 1, "Anna"));
  says("one", true);
  says("two", true, saying(7, 2, "Anna"));
  says("one", true, saying(7, 1, "Anna, long ago"));
  says("one", false, saying(7, 2, null));
  says("two", true, saying(7, 3, "Anna, still"));
  await until(() => shown()[7]?.name === "Anna, still");
  says("two", false, saying(7, 4, null));
  await until(() => !shown()[7]);
});

test("[X36] a room that was closed says nothing any more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: BusMessage[] = [];
  const company = new Company({
    line: { publish: (message) => said.push(message) },
    now: Date.now,
    tell: () => undefined,
    onTold: () => undefined,
  });
  const anna = enter(company, 7, 1, "Anna");
  company.asked(7);
  company.leave(anna);
  company.close();
  const before = said.length;
  t.mock.timers.tick(60_000);
  assert.equal(said.length, before);
});

test("[X37] a node that stood still does not take the people of others for gone", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const network = new Network(t);
  const [one, two] = [network.node("one"), network.node("two")];
  enter(one.company, 1, 1, "Anna");
  await until(() => two.shown()[1]);
  const standing = performance.now() + 60_000;
  const { mock } = t.mock.method(performance, "now", () => standing);
  network.kill("one");
  t.mock.timers.tick(8000);
  mock.restore();
  assert.deepEqual([...two.company.states.keys()], [1]);
});
