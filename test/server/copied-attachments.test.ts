/** What becomes of images when their document is copied, and when it ends. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import fileSystem from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Attachment, CreatedDocument } from "#protocol/rest.ts";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { TRASH_MS } from "../../server/trash.ts";
import { replaceBuiltIn } from "../helpers/built-in.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { png, upload } from "../helpers/images.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call, refused } from "../helpers/rest.ts";
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

/** A document whose text shows an image, on a store that can be made to fail. */
async function illustrated(t: TestContext, env: Record<string, string> = {}) {
  const dataDir = await temporaryFolder(t);
  const faulty = new FaultyStore(await openSqliteStore({ dataDir }));
  const server = await startServer(t, { dataDir, store: faulty.store, env });
  const { id, ownerToken: token } = await createDocument(server);
  const { url, name } = await answered<Attachment>(upload(server, id, token, png()), 201);
  await write(t, server, id, token, `![](${url})`);
  const images = join(dataDir, "attachments");
  const copy = (headers: Record<string, string> = {}) =>
    call(server, `/${id}/copy`, { method: "POST", token, headers });
  return { dataDir, faulty, server, id, token, name, images, copy };
}

test("[I32] a copy's images are the same files under further names, or copies where the disk has no such names", async (t) => {
  const { server, id, name, images, copy } = await illustrated(t);
  const isSame = async () => {
    const made = await answered<CreatedDocument>(copy(), 201);
    const path = `/${made.id}/attachments/${name}`;
    const image = await call(server, path, { token: made.token });
    assert.deepEqual(Buffer.from(await image.arrayBuffer()), png());
    const [one, other] = [id, made.id].map((each) => statSync(join(images, each, name)));
    return one?.ino === other?.ino;
  };
  assert.equal(await isSame(), true);
  replaceBuiltIn(t, fileSystem, "link", async () => {
    throw Object.assign(new Error("no links here"), { code: "EPERM" });
  });
  assert.equal(await isSame(), false);
});

test("[I33] a copy that is cut off before its document is made leaves no images behind", async (t) => {
  const { dataDir, faulty, id, name, images, copy } = await illustrated(t);
  faulty.break("create", "full");
  await refused(copy(), 503, "overload");
  assert.deepEqual(readdirSync(join(images, ".incoming")), []);
  faulty.break("create", "late");
  const creations = faulty.calls.get("create") ?? 0;
  const cutOff = copy();
  await until(() => faulty.calls.get("create") === creations + 1);
  assert.deepEqual(readdirSync(join(images, ".incoming")), []);
  assert.equal(readdirSync(images).length, 3);
  // What a server makes of it that is started after this one was killed.
  const found = join(await temporaryFolder(t), "found");
  cpSync(dataDir, found, { recursive: true });
  await startServer(t, { dataDir: found });
  assert.deepEqual(readdirSync(join(found, "attachments")), [id]);
  assert.deepEqual(readdirSync(join(found, "attachments", id)), [name]);
  faulty.mend();
  const { id: copied } = await answered<CreatedDocument>(cutOff, 201);
  assert.deepEqual(readdirSync(join(images, copied)), [name]);
});

test("[I34] copies of one address are made one after another, those of others meanwhile", async (t) => {
  const { faulty, copy } = await illustrated(t, { TRUST_PROXY: "1" });
  const from = (address: string) => copy({ "X-Forwarded-For": address });
  const creations = faulty.calls.get("create") ?? 0;
  const underWay = () => (faulty.calls.get("create") ?? 0) - creations;
  faulty.break("create", "late");
  const first = from("192.0.2.1");
  await until(() => underWay() === 1);
  const second = from("192.0.2.1");
  const others = [2, 3, 4].map((last) => from(`192.0.2.${last}`));
  await until(() => underWay() >= 4);
  assert.equal(underWay(), 4);
  faulty.mend();
  for (const each of [first, second, ...others]) await answered(each, 201);
  assert.equal(underWay(), 5);
});

test("[I35] at start images of no document are removed, unless none is of a document that is known", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const { id, ownerToken } = await createDocument(first);
  const { name } = await answered<Attachment>(upload(first, id, ownerToken, png()), 201);
  await first.close();
  const images = join(dataDir, "attachments");
  const stray = () => {
    mkdirSync(join(images, "of-nobody"));
    writeFileSync(join(images, "of-nobody", name), png());
  };
  stray();
  const second = await startServer(t, { dataDir });
  assert.deepEqual(readdirSync(images), [id]);
  await second.close();
  stray();
  const elsewhere = await temporaryFolder(t);
  cpSync(images, join(elsewhere, "attachments"), { recursive: true });
  await startServer(t, { dataDir: elsewhere });
  for (const each of [id, "of-nobody"]) {
    assert.ok(existsSync(join(elsewhere, "attachments", each, name)), each);
  }
});
