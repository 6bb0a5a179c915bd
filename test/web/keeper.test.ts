/** Which copy is opened before the server is asked, and what becomes of one that it refuses. */
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { signal } from "@preact/signals";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { DeviceCopy, keptEpochs } from "../../web/device/device-copy.ts";
import { Drafts } from "../../web/device/drafts.ts";
import { copyToOpen, setAside } from "../../web/device/keeper.ts";
import { keepKnown } from "../../web/device/known-documents.ts";
import type { Provider } from "../../web/sync/provider.ts";
import { until } from "../helpers/until.ts";
import { FakeStorage } from "./fake-storage.ts";

/** A tab with the copy of one version, in which something is written. */
async function tab(t: TestContext, id: string, epoch: number) {
  const doc = new Y.Doc();
  const copy = new DeviceCopy(id, doc);
  await copy.open(epoch);
  doc.getText(CONTENT).insert(0, `of ${epoch}`);
  copy.follow(1);
  await until(() => copy.isSettled);
  t.after(() => copy.close());
  const provider = { epoch: signal(epoch) } as unknown as Provider;
  return { id, doc, copy, provider, drafts: await Drafts.open() };
}

test("[W79] a browser that remembers nothing of a document finds its newest copy", async (t) => {
  FakeStorage.install();
  for (const epoch of [2, 12, 7]) (await tab(t, "newest", epoch)).copy.close();
  assert.equal(await copyToOpen("newest"), 12);
  keepKnown("newest", { epoch: 7, mayEdit: true });
  assert.equal(await copyToOpen("newest"), 7, "what is remembered goes first");
  assert.equal(await copyToOpen("new"), undefined);
  t.mock.method(indexedDB, "databases", () => {
    throw new DOMException("denied", "SecurityError");
  });
  assert.equal(await copyToOpen("other"), undefined);
});

test("[W80] a copy is removed only when the device has it as a draft, and is not opened again in this tab", async (t) => {
  FakeStorage.install();
  const refused = await tab(t, "refused", 1);
  const full = t.mock.method(IDBObjectStore.prototype, "add", () => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await setAside(refused, "too large");
  full.mock.restore();
  assert.deepEqual(await keptEpochs("refused"), [1], "the tab alone has the draft");
  assert.equal(await copyToOpen("refused"), undefined);
  const again = await tab(t, "refused", 2);
  await setAside(again, "too large");
  assert.deepEqual(await keptEpochs("refused"), [1]);
  const [draft] = await again.drafts.of("refused");
  assert.deepEqual([draft?.text, draft?.reason], ["of 2", "too large"]);
});
