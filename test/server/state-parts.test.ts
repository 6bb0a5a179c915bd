import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { splitState } from "#protocol/state-parts.ts";
import { type Random, seeded } from "../helpers/random.ts";
import { rawClient } from "../helpers/raw-client.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";

/** Several people's work on one document, merged now and then. */
function documentBy(random: Random, people: number, edits: number): Y.Doc {
  const docs = Array.from({ length: people }, () => new Y.Doc());
  for (let n = 0; n < edits; n++) {
    const doc = random.pick(docs);
    edit(doc, random);
    if (random.int(3) === 0) Y.applyUpdate(random.pick(docs), Y.encodeStateAsUpdate(doc));
  }
  const merged = new Y.Doc();
  for (const doc of docs) Y.applyUpdate(merged, Y.encodeStateAsUpdate(doc));
  return merged;
}

function edit(doc: Y.Doc, random: Random): void {
  const text = doc.getText(CONTENT);
  const at = random.int(text.length + 1);
  switch (random.int(6)) {
    case 0:
      return text.delete(at, random.int(Math.min(20, text.length - at) + 1));
    case 1:
      return void doc.getMap("meta").set("title", `title ${random.int(99)}`);
    case 2:
      return text.format(at, random.int(text.length - at + 1), { bold: random.int(2) === 0 });
    default:
      return text.insert(at, random.pick(["ink 🪶", "fold ", "x".repeat(300), "🪶".repeat(150)]));
  }
}

test("[R18] a large state goes out in parts that apply one after another, each without waiting, to the same document", (t) => {
  const random = seeded(t);
  for (let round = 0; round < 40; round++) {
    const doc = documentBy(random, 1 + random.int(5), 10 + random.int(80));
    const state = Y.encodeStateAsUpdate(doc);
    const maxBytes = 20 + random.int(400);
    const parts = splitState(state, maxBytes);
    const rebuilt = new Y.Doc();
    for (const part of parts) {
      Y.applyUpdate(rebuilt, part);
      assert.equal(rebuilt.store.pendingStructs, null);
    }
    assert.ok(parts.length > 1 || state.length <= maxBytes);
    assert.ok(parts.slice(0, -1).every((part) => part.length < 6 * maxBytes + 200));
    assert.deepEqual(rebuilt.getText(CONTENT).toDelta(), doc.getText(CONTENT).toDelta());
    assert.deepEqual(rebuilt.getMap("meta").toJSON(), doc.getMap("meta").toJSON());
    assert.deepEqual(Y.encodeStateAsUpdate(rebuilt), Y.encodeStateAsUpdate(doc));
  }
});

test("[R19] a joining client gets a large document in several frames, a small step 2 last, and a stock client takes it", async (t) => {
  const server = await startServer(t);
  const content = "A line of text, many times over. 🪶\n".repeat(60_000);
  const document = await createDocument(server, { content });
  const raw = await rawClient(t, server, document.id, `token=${document.editToken}`);
  raw.send({ type: "step1", stateVector: new Uint8Array([0]) });
  const { update } = await raw.next("step2");
  assert.ok(update.length < 400_000);
  assert.ok(raw.frames.filter(({ type }) => type === "update").length > 3);
  const client = await syncedClient(t, server, document);
  assert.equal(client.text.toString(), content);
});
