import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { CONTENT, META } from "#protocol/document.ts";
import { encodeRevision, type Revision } from "../../server/revision.ts";
import { type Random, seeded } from "../helpers/random.ts";

const UNNAMED = "unnamed";

/** The last stands for one that is not named. */
const TITLES = ["Plan", "", null, "Plan 🪶", UNNAMED];

/** What several clients with all that Yjs can hold leave behind: marks, objects, deletions. */
function strangeDoc(random: Random): Y.Doc {
  const docs = [new Y.Doc(), new Y.Doc()];
  for (let step = 0; step < 30; step++) {
    const doc = random.pick(docs);
    const text = doc.getText(CONTENT);
    const at = random.int(text.length + 1);
    const length = random.int(text.length - at + 1);
    const kind = random.int(10);
    if (kind < 6) text.insert(at, random.pick(["ab", "c", "long words ", "\n"]));
    else if (kind < 8) text.delete(at, length);
    else if (kind === 8 && length > 0) text.format(at, length, { bold: true });
    else text.insertEmbed(at, { image: "x" });
    if (random.int(3) === 0) doc.getMap(META).set("title", random.pick(["one", "two"]));
    if (random.int(5) === 0) doc.getMap(META).delete("title");
    if (random.int(3) === 0) for (const one of docs) for (const other of docs) sync(one, other);
  }
  for (const one of docs) for (const other of docs) sync(one, other);
  return docs[0] ?? new Y.Doc();
}

function sync(from: Y.Doc, to: Y.Doc): void {
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
}

/** The text without objects, as it is exported. */
function textOf(doc: Y.Doc): string {
  return doc.getText(CONTENT).toString();
}

function randomRevision(text: string, random: Random): Revision {
  const splices = [];
  for (let at = random.int(4); at <= text.length; at += 1 + random.int(8)) {
    const to = Math.min(text.length, at + random.int(5));
    const insert = random.pick(["", "X", "new 🪶 "]);
    if (to > at || insert) splices.push({ from: at, to, insert });
    at = to;
  }
  return { splices, title: named(random), language: named(random) };
}

function named(random: Random): string | null | undefined {
  const title = random.pick(TITLES);
  return title === UNNAMED ? undefined : title;
}

function expected(text: string, { splices = [] }: Revision): string {
  return splices.toReversed().reduce((after, { from, to, insert }) => {
    return after.slice(0, from) + insert + after.slice(to);
  }, text);
}

test("[T123] an edit of the server's own is made beside the document, and does to any document what was asked", (t) => {
  const random = seeded(t);
  for (let round = 0; round < 200; round++) {
    const doc = strangeDoc(random);
    const before = Y.encodeStateAsUpdate(doc);
    const revision = randomRevision(textOf(doc), random);
    const text = expected(textOf(doc), revision);
    const meta = { ...doc.getMap(META).toJSON() };
    const objects = objectsIn(doc);
    const update = encodeRevision(doc, revision, 77);
    assert.deepEqual(Y.encodeStateAsUpdate(doc), before, "the document is as it was");
    const [one, other] = [new Y.Doc(), new Y.Doc()];
    for (const part of [before, update ?? new Uint8Array([0, 0])]) Y.applyUpdate(one, part);
    // Late comers get it the other way round.
    for (const part of [update ?? new Uint8Array([0, 0]), before]) Y.applyUpdate(other, part);
    for (const made of [one, other]) {
      assert.equal(textOf(made), text);
      assert.equal(objectsIn(made), objects, "objects are nobody's text");
      for (const key of ["title", "language"] as const) {
        const wanted = revision[key] === undefined ? meta[key] : (revision[key] ?? undefined);
        assert.equal(made.getMap(META).get(key), wanted);
      }
      assert.equal(made.store.pendingStructs, null);
    }
  }
});

function objectsIn(doc: Y.Doc): number {
  const delta = doc.getText(CONTENT).toDelta() as { insert: unknown }[];
  return delta.filter(({ insert }) => typeof insert !== "string").length;
}

test("[T123] what changes nothing makes no edit, and a place that there is not is an error", () => {
  const doc = new Y.Doc();
  doc.getText(CONTENT).insert(0, "text");
  doc.getMap(META).set("title", "Plan");
  assert.equal(encodeRevision(doc, { splices: [], title: "Plan", language: null }, 7), undefined);
  const beyond = { splices: [{ from: 5, to: 5, insert: "!" }] };
  assert.throws(() => encodeRevision(doc, beyond, 7), RangeError);
  const over = { splices: [{ from: 2, to: 5, insert: "" }] };
  assert.throws(() => encodeRevision(doc, over, 7), RangeError);
});
