/** The people of one document on several nodes, each node shown to a stock client. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Awareness, applyAwarenessUpdate } from "y-protocols/awareness";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import { decodeFrame } from "#protocol/frames.ts";
import { type BusMessage, decodeBusMessage, encodeBusMessage } from "../../server/bus-message.ts";
import { Company } from "../../server/company.ts";
import type { Participant } from "../../server/participant.ts";
import { until } from "../helpers/until.ts";

/** Somebody who is connected, and gives a sign of life or not. */
class Person implements Participant {
  readonly author = "a-link";
  readonly identity = { role: "edit", label: "" };
  readonly isBehind = false;
  isAlive = true;
  challenges = 0;

  deliver(): void {}
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
    const company = new Company({
      line: { publish: (message) => this.#publish(name, message) },
      now: Date.now,
      tell: (frame) => {
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
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify(name && { name }));
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
  const { now } = performance;
  t.after(() => (performance.now = now));
  performance.now = () => now.call(performance) + 21_000;
  t.mock.timers.tick(8000);
  performance.now = now;
  await until(() => !two.shown()[2]);
  assert.deepEqual(Object.keys(two.shown()), ["1"]);
  assert.equal(two.company.connections, 1);
});
