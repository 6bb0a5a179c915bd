/** What becomes of images when their document is copied, and when it ends. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Attachment, CreatedDocument } from "#protocol/rest.ts";
import { TRASH_MS } from "../../server/trash.ts";
import { png, upload } from "../helpers/images.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, exportText, startServer, type TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

async function write(t: TestContext, server: TestServer, id: string, token: string, text: string) {
  const client = await rawClient(t, server, id, `token=${token}&ack=1`);
  const updates = typing(text);
  for (const update of updates) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
}

test("[I30] a copy has the images that its text shows for its own, and no others", async (t) => {
  const server = await startServer(t);
  const original = await createDocument(server);
  const { id, ownerToken: token } = original;
  const put = (image: Buffer) => answered<Attachment>(upload(server, id, token, image), 201);
  const [shown, hidden] = [await put(png(1)), await put(png(2))];
  const missing = `/api/documents/${id}/attachments/${"0".repeat(40)}.png`;
  await write(t, server, id, token, `![](${shown.url}) ![](${shown.url}) ![](${missing})`);

  const copied = call(server, `/${id}/copy`, { method: "POST", token });
  const copy = await answered<CreatedDocument>(copied, 201);
  const own = shown.url.replace(id, copy.id);
  const text = await exportText(server, { id: copy.id, ownerToken: copy.token, editToken: "" });
  assert.equal(text, `![](${own}) ![](${own}) ![](${missing})`);
  const image = await call(server, `/${copy.id}/attachments/${shown.name}`, { token: copy.token });
  assert.deepEqual(Buffer.from(await image.arrayBuffer()), png(1));
  const other = await call(server, `/${copy.id}/attachments/${hidden.name}`, { token: copy.token });
  assert.equal(other.status, 404);

  await call(server, `/${id}`, { method: "DELETE", token });
  const still = await call(server, `/${copy.id}/attachments/${shown.name}`, { token: copy.token });
  assert.equal(still.status, 200);
});

test("[I31] images end with their document, when it has been in the trash for 30 days", async (t) => {
  const dataDir = await temporaryFolder(t);
  const deletedAt = Date.now();
  const at = (now: number) => startServer(t, { dataDir, now: () => now });
  const first = await at(deletedAt);
  const [gone, kept] = [await createDocument(first), await createDocument(first)];
  for (const { id, ownerToken } of [gone, kept]) {
    await answered(upload(first, id, ownerToken, png()), 201);
  }
  await call(first, `/${gone.id}`, { method: "DELETE", token: gone.ownerToken });
  await first.close();
  const documents = () =>
    readdirSync(join(dataDir, "attachments")).filter((name) => !name.startsWith("."));
  assert.deepEqual(documents().toSorted(), [gone.id, kept.id].toSorted());
  await at(deletedAt + TRASH_MS + 1);
  await until(() => documents().length === 1);
  assert.deepEqual(documents(), [kept.id]);
});
