/** Drafts, what is remembered of documents, and the comparison of texts. */
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../web/device/drafts.ts";
import { forgetKnown, keepKnown, knownDocument } from "../../web/device/known-documents.ts";
import { piecesOf } from "../../web/text-difference.ts";
import { FakeStorage } from "./fake-storage.ts";

const draft = (documentId: string, text: string, at = 0) => ({ documentId, epoch: 1, text, at });
const textsOf = async (box: Drafts, id: string) => (await box.of(id)).map(({ text }) => text);

test("[W53] a draft is kept until it is removed, and the same text once", async () => {
  const box = await Drafts.open();
  for (const text of ["one", "two", "one"]) await box.add(draft("a", text, text === "two" ? 2 : 1));
  await box.add(draft("b", "one"));
  const later = await Drafts.open();
  assert.deepEqual(await textsOf(later, "a"), ["two", "one"]);
  assert.equal(later.wouldLoseOne, false);
  const [newest] = await later.of("a");
  await later.remove(newest?.key ?? 0);
  assert.deepEqual(await textsOf(box, "a"), ["one"]);
  assert.deepEqual(await textsOf(box, "b"), ["one"]);
});

test("[W54] without a database a draft is kept in the tab, which then is not left without a warning", async (t) => {
  t.mock.method(indexedDB, "open", () => {
    throw new DOMException("denied", "SecurityError");
  });
  const box = await Drafts.open();
  assert.equal(box.hasDatabase, false);
  await box.add(draft("c", "one"));
  await box.add(draft("c", "two"));
  assert.deepEqual((await textsOf(box, "c")).toSorted(), ["one", "two"]);
  assert.equal(box.wouldLoseOne, true);
  for (const { key } of await box.of("c")) await box.remove(key);
  assert.equal(box.wouldLoseOne, false);
});

test("[W54] a database that never answers is not waited for", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(indexedDB, "open", () => new EventTarget());
  const opening = Drafts.open();
  t.mock.timers.tick(3000);
  assert.equal((await opening).hasDatabase, false);
});

test("[W55] two texts are compared by lines, and long equal parts are left out", async () => {
  assert.deepEqual(await piecesOf("a\nkept\n", "a\nnow"), [
    { kind: "both", text: "a\n" },
    { kind: "now", text: "now\n" },
    { kind: "kept", text: "kept\n" },
  ]);
  const many = Array.from({ length: 20 }, (_, line) => `${line}\n`);
  assert.deepEqual(await piecesOf(`${many.join("")}end`, many.join("")), [
    { kind: "left out", lines: 17 },
    { kind: "both", text: "17\n18\n19\n" },
    { kind: "kept", text: "end\n" },
  ]);
  assert.deepEqual(await piecesOf("same", "same\n"), [{ kind: "both", text: "same\n" }]);
});

test("[W56] what is remembered of a document is forgotten when it has another version", () => {
  const { values } = FakeStorage.install();
  keepKnown("a", { epoch: 3, mayEdit: false });
  assert.deepEqual(knownDocument("a"), { epoch: 3, mayEdit: false });
  assert.equal(knownDocument("b"), undefined);
  forgetKnown("a");
  assert.equal(knownDocument("a"), undefined);
  values.set("quire:document:a", JSON.stringify({ epoch: "3" }));
  assert.equal(knownDocument("a"), undefined);
});
