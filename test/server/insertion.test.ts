import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { insertionIn } from "../../server/insertion.ts";
import { type Random, seeded } from "../helpers/random.ts";

const WORDS = ["a", "quire ", "ink\n", "páper ", "🪶", "紙", "\u0000"];

/** Updates of a few people who write, delete and format, each in a copy that lags behind. */
function* updatesOf(random: Random, count: number): Generator<Uint8Array> {
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
  const made: Uint8Array[] = [];
  for (const doc of docs) doc.on("update", (update: Uint8Array) => made.push(update));
  for (let n = 0; n < count; n++) {
    const text = random.pick(docs).getText("content");
    const at = random.int(text.length + 1);
    const kind = random.int(12);
    if (kind === 0) text.delete(at, random.int(text.length - at + 1) >> 2);
    else if (kind === 1) text.insertEmbed(at, { image: "a" });
    else if (kind === 2) text.insert(at, "bold", { bold: true });
    else if (kind === 3) docs[0]?.getMap("meta").set("title", "a title");
    else if (kind === 4) Y.applyUpdate(random.pick(docs), Y.encodeStateAsUpdate(random.pick(docs)));
    else text.insert(at, random.pick(WORDS));
    yield* made.splice(0);
  }
}

/** Some bytes changed, cut off or added. */
function mutated(update: Uint8Array, random: Random): Uint8Array {
  const bytes = new Uint8Array([...update, random.int(256)]);
  for (let n = random.int(3); n >= 0; n--) bytes[random.int(bytes.length)] = random.int(256);
  return bytes.subarray(0, bytes.length - random.int(3));
}

/** Whatever is recognised Yjs reads alike; answers whether it is. */
function isRecognised(update: Uint8Array): boolean {
  const insertion = insertionIn(update);
  if (!insertion) return false;
  const { structs, ds } = Y.decodeUpdate(update);
  const [item] = structs;
  assert.ok(structs.length === 1 && ds.clients.size === 0 && item instanceof Y.Item);
  assert.ok(item.content instanceof Y.ContentString && item.parentSub === null);
  const { client, clock, length, left, right } = insertion;
  assert.deepEqual({ client, clock }, { ...item.id });
  assert.equal(length, item.length);
  assert.deepEqual(left ?? null, item.origin && { ...item.origin });
  assert.deepEqual(right ?? null, item.rightOrigin && { ...item.rightOrigin });
  return true;
}

test("[R34] what is taken for typing without decoding it is what Yjs would decode, whatever comes", (t) => {
  const random = seeded(t);
  const counts = { updates: 0, recognised: 0, mutants: 0, recognisedMutants: 0 };
  for (const update of updatesOf(random, 3000)) {
    counts.updates += 1;
    if (isRecognised(update)) counts.recognised += 1;
    for (let n = 0; n < 10; n++) {
      counts.mutants += 1;
      if (isRecognised(mutated(update, random))) counts.recognisedMutants += 1;
    }
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.recognised > counts.updates / 4, "most typing is recognised");
  assert.ok(counts.recognisedMutants > 0, "some mutants are sound");
});
