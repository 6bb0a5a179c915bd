/** A document with the people who write in it, and what they must agree on in the end. */
import * as Y from "yjs";
import type { TestCluster, TestNode } from "../helpers/cluster.ts";
import { randomFrom, type Random } from "../helpers/random.ts";
import { createDocument, type TestDocument } from "../helpers/server.ts";
import { problemsIn } from "./checker.ts";
import { Writer } from "./writer.ts";

export const PEOPLE = 30;

/** Of the people at each of the smaller desks. */
const COMPANY = 5;

export interface Desk {
  readonly document: TestDocument;
  readonly writers: readonly Writer[];
}

/** A desk where all write; and each of them writes at a smaller one as well. */
export async function setUpDesks(cluster: TestCluster, random: Random): Promise<Desk[]> {
  const names = Array.from({ length: PEOPLE }, (_, n) => `p${n + 1}`);
  const groups = [names];
  for (let n = 0; n < PEOPLE; n += COMPANY) groups.push(names.slice(n, n + COMPANY));
  return Promise.all(
    groups.map(async (group) => {
      const node = random.pick(cluster.nodes);
      const document = await createDocument(node);
      const hop = randomFrom(random.int(2 ** 31));
      const address = () => addressAt(hop.pick(cluster.nodes), document);
      const writers = group.map(
        (name) => new Writer({ name, address, random: randomFrom(random.int(2 ** 31)) }),
      );
      return { document, writers };
    }),
  );
}

/** Somebody who only looks, at this node, and leaves it for no other. */
export function readerAt(node: TestNode, { document }: Desk): Writer {
  const reader = new Writer({
    name: "reader",
    address: () => addressAt(node, document),
    random: randomFrom(0),
  });
  reader.enter();
  return reader;
}

/** Whether all is saved, and they and the readers have the same; asked often, so it looks no further than it must. */
export function isAtRest({ writers }: Desk, readers: readonly Writer[] = []): boolean {
  const all = [...writers, ...readers];
  if (!writers.every(({ isSaved }) => isSaved) || all.some(({ isBehind }) => isBehind))
    return false;
  const [first, ...others] = all;
  const state = first && stateOf(first);
  return others.every((other) => stateOf(other) === state && !other.doc.store.pendingStructs);
}

/** What keeps a desk from being at rest. */
export function unrestAt({ document, writers }: Desk, readers: readonly Writer[] = []): string[] {
  const all = [...writers, ...readers];
  const unsaved = writers.filter(({ isSaved }) => !isSaved).length;
  const behind = all.filter(({ isBehind }) => isBehind).length;
  const waiting = all.filter(({ doc }) => doc.store.pendingStructs).length;
  const states = new Set(all.map(stateOf)).size;
  const reasons = [
    unsaved > 0 ? `${unsaved} have edits that are not acknowledged` : "",
    behind > 0 ? `${behind} have not heard what they lack` : "",
    waiting > 0 ? `${waiting} wait for predecessors` : "",
    states > 1 ? `there are ${states} different states` : "",
  ];
  return reasons.filter(Boolean).map((reason) => `${document.id}: ${reason}`);
}

/** What may not be so at any time, by what its people see and were told. */
export function complaintsAt({ document, writers }: Desk): string[] {
  return writers.flatMap(({ complaint }) => (complaint ? [`${document.id}: ${complaint}`] : []));
}

/** What is wrong with the text that all of a desk have. */
export function wrongAt({ document, writers }: Desk): string[] {
  const text = writers[0]?.text ?? "";
  return problemsIn(text, writers).map((problem) => `${document.id}: ${problem}`);
}

/** Text, and how much of whose edits: by these two Yjs documents are the same. */
function stateOf({ doc, text }: Writer): string {
  return `${Buffer.from(Y.encodeStateVector(doc)).toString("base64")} ${text}`;
}

function addressAt({ wsUrl }: TestNode, { id, editToken }: TestDocument): string {
  return `${wsUrl}/${id}?token=${editToken}&ack=1`;
}
