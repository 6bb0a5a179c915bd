/** The export of everything: what is in it, that it is whole or nothing, and that nobody waits for it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { test } from "node:test";
import { pino } from "pino";
import * as Y from "yjs";
import type { ArchivedDocument } from "#protocol/rest-admin.ts";
import type { Attachment } from "#protocol/rest.ts";
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { writeArchive } from "../../server/export/archive.ts";
import { StoredReader } from "../../server/export/stored-reader.ts";
import { newDocument } from "../contract/sample-documents.ts";
import { adminCall, adminServer } from "../helpers/admin.ts";
import { FaultyStore } from "../helpers/faulty-store.ts";
import { png, upload } from "../helpers/images.ts";
import { randomFrom } from "../helpers/random.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, type TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import { unzipped } from "../helpers/zip.ts";
import { stateOf } from "../persistence/command.ts";
import { flip, tamper } from "../persistence/sqlite-fixtures.ts";

interface Manifest {
  readonly documents: readonly ArchivedDocument[];
  readonly unreadable: readonly string[];
}

async function zipOf(server: TestServer, query = ""): Promise<Buffer> {
  const response = await adminCall(server, `/export${query}`);
  assert.deepEqual(
    [response.status, response.headers.get("content-type")],
    [200, "application/zip"],
  );
  return Buffer.from(await response.arrayBuffer());
}

async function exported(server: TestServer, query = "") {
  const zip = await zipOf(server, query);
  const files = unzipped(zip);
  const manifest = JSON.parse(String(files.get("manifest.json"))) as Manifest;
  return { zip, files, manifest };
}

/** Random letters, which hardly get smaller. */
function noise(length: number, seed: number): string {
  const random = randomFrom(seed);
  return Array.from({ length }, () => String.fromCodePoint(0x4e00 + random.int(20_000))).join("");
}

test("[O21] an export has each document as text and as its state, its images, and what they are", async (t) => {
  const server = await adminServer(t);
  const one = await createDocument(server, { title: "Größe: 中文/*?", content: "# One\n\nßtext" });
  const { id, ownerToken: token } = one;
  const image = await answered<Attachment>(upload(server, id, token, png(3)), 201);
  const empty = await createDocument(server);
  const trashed = await createDocument(server, {
    title: "x".repeat(400),
    content: "gone",
    language: "de",
  });
  await call(server, `/${trashed.id}`, { method: "DELETE", token: trashed.ownerToken });

  const { files, manifest } = await exported(server);
  assert.deepEqual(
    manifest.documents.map((each) => each.id),
    [empty.id, id],
  );
  const [, entry] = manifest.documents;
  assert.equal(entry?.title, "Größe: 中文/*?");
  assert.equal(entry.markdown, `documents/Größe 中文-${id}.md`);
  assert.equal(String(files.get(entry.markdown)), "# One\n\nßtext");
  const doc = new Y.Doc();
  Y.applyUpdate(doc, files.get(entry.yjs) ?? new Uint8Array());
  assert.equal(doc.getText("content").toString(), "# One\n\nßtext");
  assert.equal(doc.getMap("meta").get("title"), "Größe: 中文/*?");
  assert.deepEqual(entry.attachments, [`attachments/${id}/${image.name}`]);
  assert.deepEqual(files.get(entry.attachments[0] ?? ""), png(3));
  assert.equal(files.size, 6);

  const all = await exported(server, "?trash=true");
  const gone = all.manifest.documents.find((each) => each.id === trashed.id);
  assert.equal(String(all.files.get(gone?.markdown ?? "")), "gone");
  assert.ok(gone?.deletedAt && gone.language === "de");
  assert.deepEqual(all.manifest.unreadable, []);
});

test("[O22] other programs open an export, and its names are safe on every system", async (t) => {
  const server = await adminServer(t);
  const titles = [
    "../up",
    "CON",
    "a:b|c",
    "\u202Eflip",
    ".hidden",
    "中".repeat(200),
    "🦊".repeat(99),
    "dot. ",
    "same",
    "SAME",
  ];
  const contents = new Map<string, string>();
  for (const title of titles) {
    contents.set((await createDocument(server, { title, content: title })).id, title);
  }
  const { zip, files, manifest } = await exported(server);
  assert.equal(manifest.documents.length, titles.length);
  for (const { id, markdown } of manifest.documents) {
    assert.equal(String(files.get(markdown)), contents.get(id));
    const name = markdown.replace("documents/", "");
    assert.doesNotMatch(name, /[\p{Cc}\p{Cf}<>:"/\\|?*]|^[. ]|[. ]$/u);
    assert.ok(Buffer.byteLength(name) < 200, name);
  }
  const names = [...files.keys()].map((name) => name.toLowerCase());
  assert.equal(new Set(names).size, names.length);
  const path = join(await temporaryFolder(t), "all.zip");
  writeFileSync(path, zip);
  try {
    execFileSync("unzip", ["-tqq", path]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    t.diagnostic("there is no unzip here to try");
  }
});

test("[O23] a damaged document is exported as far as it reads, one that does not read is named", async (t) => {
  const first = await adminServer(t);
  const [damaged, broken, whole] = [
    await createDocument(first),
    await createDocument(first, { content: "unreadable" }),
    await createDocument(first, { content: "whole" }),
  ];
  const client = await rawClient(t, first, damaged.id, `token=${damaged.editToken}&ack=1`);
  for (const update of typing("hello")) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === 5);
  await first.close();
  const { dataDir } = first;
  tamper(dataDir, `UPDATE updates SET bytes = ${flip("bytes")} WHERE document = 1 AND seq = 5`);
  // Bytes that match their checksum and are no update.
  tamper(dataDir, "UPDATE updates SET bytes = x'ffffff', checksum = 4294967040 WHERE document = 2");
  const server = await adminServer(t, { dataDir });
  const { files, manifest } = await exported(server);
  assert.deepEqual(manifest.unreadable, [broken.id]);
  const of = (id: string) => manifest.documents.find((each) => each.id === id);
  assert.equal(of(damaged.id)?.lostEdits, 1);
  assert.equal(String(files.get(of(damaged.id)?.markdown ?? "")), "hell");
  assert.equal(String(files.get(of(whole.id)?.markdown ?? "")), "whole");
});

test("[O24] while everything is exported, typing does not wait", async (t) => {
  const server = await adminServer(t, { env: { MAX_FRAMES_PER_SECOND: "0" } });
  for (let count = 0; count < 12; count++) {
    await createDocument(server, { content: noise(400_000, count) });
  }
  const document = await createDocument(server);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  let isDone = false;
  const all = zipOf(server).finally(() => (isDone = true));
  const waits: number[] = [];
  for (const [index, update] of typing("x".repeat(5000)).entries()) {
    if (isDone) break;
    const start = performance.now();
    client.send({ type: "update", update });
    await until(async () => (await client.next("acknowledgement")).count > index);
    waits.push(performance.now() - start);
  }
  // Two for each document, and the manifest.
  assert.equal(unzipped(await all).size, 27);
  const worst = Math.max(...waits.slice(3));
  t.diagnostic(`${waits.length} keys, the slowest ${worst.toFixed(0)} ms`);
  assert.ok(waits.length > 20, `${waits.length} keys`);
  assert.ok(worst < 500, `${worst} ms`);
});

test("[O25] an export is made no faster than it is taken, and no further when nobody takes it", async (t) => {
  const dataDir = await temporaryFolder(t);
  const faulty = new FaultyStore(await openSqliteStore({ dataDir }));
  const { store } = faulty;
  t.after(() => store.close());
  const COUNT = 20;
  for (let count = 0; count < COUNT; count++) {
    const update = stateOf(noise(50_000, count), 1);
    await store.create(newDocument(`d${count}`, { first: { author: "x", update } }));
  }
  const attachments = await openAttachmentFiles(dataDir);
  const reader = new StoredReader();
  t.after(() => reader.close());
  const logger = pino({ level: "silent" });
  const write = (output: Writable) =>
    writeArchive(
      { store, attachments, reader, logger, now: Date.now },
      { withTrash: false },
      output,
    );
  const loads = () => faulty.calls.get("load") ?? 0;

  const stuck = new Writable({ write: () => undefined });
  const given = assert.rejects(write(stuck));
  // It had all the time that another one needed to its end.
  await write(new Writable({ write: (_chunk, _encoding, done) => done() }));
  const read = loads() - COUNT;
  assert.ok(read > 0 && read < COUNT / 2, `${read} documents were read for nobody`);
  stuck.destroy();
  await given;
  const before = loads();
  await write(new Writable({ write: (_chunk, _encoding, done) => done() }));
  assert.equal(loads() - before, COUNT);
});

test("[O26] an export that cannot be finished breaks off, and is not taken for whole", async (t) => {
  const dataDir = await temporaryFolder(t);
  const faulty = new FaultyStore(await openSqliteStore({ dataDir }));
  const server = await adminServer(t, { store: faulty.store, dataDir });
  for (let count = 0; count < 60; count++) {
    await createDocument(server, { content: noise(100_000, count) });
  }
  const response = await adminCall(server, "/export");
  faulty.break("list", "failing");
  await assert.rejects(response.arrayBuffer());
});
