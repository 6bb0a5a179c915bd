/** Whoever may only read, as a stock client and as somebody who writes frames by hand. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { CreatedLink } from "#protocol/rest.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, exportText, startServer } from "../helpers/server.ts";
import { stockClient, syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

async function scene(t: TestContext, content: string, role = "view") {
  const server = await startServer(t);
  const document = await createDocument(server, { content });
  const link = { method: "POST", token: document.ownerToken, body: { role } };
  const { token } = await answered<CreatedLink>(call(server, `/${document.id}/links`, link), 201);
  return { server, document, token };
}

for (const version of [3, 2] as const) {
  test(`[L13] a stock client that only reads stays, over reconnects too, when it has seen deletions (y-websocket ${version})`, async (t) => {
    const { server, document, token } = await scene(t, "one two three");
    const writer = await syncedClient(t, server, document);
    const reader = stockClient(t, server, document, { token, version });
    const closes: number[] = [];
    reader.provider.on("connection-close", (event) => event && closes.push(event.code));
    await until(() => reader.text.toString() === "one two three");
    writer.text.delete(3, 4);
    await until(() => reader.text.toString() === "one three");
    for (const words of ["again", "and again"]) {
      reader.provider.disconnect();
      writer.text.delete(0, 1);
      writer.text.insert(0, words);
      reader.provider.connect();
      await until(() => reader.text.toString() === writer.text.toString());
    }
    writer.text.insert(0, "live ");
    await until(() => reader.text.toString().startsWith("live "));
    assert.ok(
      closes.every((code) => code < 4400),
      `closed with ${closes.join(", ")}`,
    );
    assert.ok(reader.provider.wsconnected);
  });
}

for (const role of ["view", "comment"]) {
  test(`[L14] what a ${role} link writes by hand is not applied, relayed, logged or acknowledged`, async (t) => {
    const { server, document, token } = await scene(t, "text", role);
    const editor = await rawClient(t, server, document.id, `token=${document.editToken}`);
    await editor.next("step1");
    const reader = await rawClient(t, server, document.id, `token=${token}&ack=1`);
    const doc = new Y.Doc();
    const [update = new Uint8Array()] = typing("x", doc);
    reader.send({ type: "step2", update: Y.encodeStateAsUpdate(doc) });
    reader.send({ type: "step1", stateVector: Uint8Array.of(0) });
    await reader.next("step2");
    assert.equal(reader.closed, undefined);
    reader.send({ type: "update", update });
    assert.deepEqual(await reader.ended(), { code: 4403, reason: "role" });
    assert.ok(!reader.frames.some(({ type }) => type === "acknowledgement" || type === "step1"));
    assert.equal(await exportText(server, document), "text");
    assert.ok(!editor.frames.some(({ type }) => type === "update"));
    await server.close();
    const again = await startServer(t, { dataDir: server.dataDir });
    assert.equal(await exportText(again, document), "text");
  });
}

test("[L15] what a reader is sent on joining holds no text that was deleted before", async (t) => {
  const { server, document, token } = await scene(t, "public");
  const writer = await syncedClient(t, server, document);
  writer.text.insert(3, "SECRET");
  await until(async () => (await exportText(server, document)) === "pubSECRETlic");
  writer.text.delete(3, 6);
  await until(async () => (await exportText(server, document)) === "public");
  const read = async (at: typeof server) => {
    const reader = await rawClient(t, at, document.id, `token=${token}`);
    reader.send({ type: "step1", stateVector: Uint8Array.of(0) });
    const { update } = await reader.next("step2");
    const doc = new Y.Doc();
    Y.applyUpdate(doc, update);
    assert.equal(doc.getText(CONTENT).toString(), "public");
    return Buffer.concat(
      reader.frames.flatMap((frame) => ("update" in frame ? [frame.update] : [])),
    );
  };
  assert.ok(!(await read(server)).includes("SECRET"));
  writer.destroy();
  await server.close();
  assert.ok(!(await read(await startServer(t, { dataDir: server.dataDir }))).includes("SECRET"));
});
