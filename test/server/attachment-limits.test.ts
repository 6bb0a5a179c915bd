/** How many images a document may have, what one more costs, and how an answer ends that breaks off. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import fileSystem from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { pino } from "pino";
import type { Attachment } from "#protocol/rest.ts";
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import type { Attachments } from "../../persistence/attachments.ts";
import { replaceBuiltIn } from "../helpers/built-in.ts";
import { png, upload } from "../helpers/images.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

async function scene(t: TestContext, env: Record<string, string> = {}) {
  const server = await startServer(t, { env });
  const { id, ownerToken: token } = await createDocument(server);
  const put = (content: Buffer | string) => upload(server, id, token, content);
  return { put, folder: join(server.dataDir, "attachments", id) };
}

/** A GIF of a few bytes, another one for each number. */
function tiny(n: number): string {
  return `GIF89a${n};`;
}

test("[I36] each image counts as 4 KiB at least, and a document has 10,000 at most", async (t) => {
  const few = await scene(t, { MAX_ATTACHMENTS_BYTES: String(3 * 4096) });
  for (const n of [1, 2, 3]) await answered(few.put(tiny(n)), 201);
  const { detail } = await refused(few.put(tiny(4)), 413, "full");
  assert.match(detail, /of 12288 bytes together; each counts as 4096 bytes at least\.$/);
  const many = await scene(t, { MAX_ATTACHMENTS_BYTES: "0" });
  mkdirSync(many.folder, { recursive: true });
  for (let n = 1; n < 10_000; n++) writeFileSync(join(many.folder, `${n}.gif`), "");
  await answered(many.put(tiny(1)), 201);
  const full = await refused(many.put(tiny(2)), 413, "full");
  assert.equal(full.detail, "A document may have 10000 images.");
  await answered(many.put(tiny(1)), 201);
});

test("[I37] the images of a document are counted once, not again for each that comes", async (t) => {
  const { put, folder } = await scene(t);
  const read: unknown[] = [];
  const original = fileSystem.readdir;
  const counting = (...args: Parameters<typeof original>) => {
    read.push(args[0]);
    return original(...args);
  };
  replaceBuiltIn(t, fileSystem, "readdir", counting as typeof original);
  for (const shade of [1, 2, 3, 2]) await answered(put(png(shade)), 201);
  assert.deepEqual(
    read.filter((path) => path === folder),
    [folder],
  );
});

/** A server on which every image is what `content` gives, and what it logs. */
async function withContent(t: TestContext, content: () => Readable) {
  const dataDir = await temporaryFolder(t);
  const files = await openAttachmentFiles(dataDir);
  const attachments = new Proxy(files, {
    get: (target, name: keyof Attachments) => {
      if (name === "read") return async () => ({ bytes: 1_000_000, content });
      return target[name].bind(target);
    },
  });
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => lines.push(line) });
  const server = await startServer(t, { dataDir, attachments, logger });
  const { id, ownerToken: token } = await createDocument(server);
  const get = (signal?: AbortSignal) =>
    fetch(`${server.url}/api/documents/${id}/attachments/${"0".repeat(40)}.png?token=${token}`, {
      ...(signal && { signal }),
    });
  return { server, id, token, lines, get };
}

test("[I38] who leaves before an image has come is no error; a disk that fails in the middle of one is logged and ends the answer", async (t) => {
  const opened = Promise.withResolvers<Readable>();
  const silent = await withContent(t, () => {
    const stream = new Readable({ read: () => undefined });
    opened.resolve(stream);
    return stream;
  });
  const leaving = new AbortController();
  const left = assert.rejects(silent.get(leaving.signal), { name: "AbortError" });
  const stream = await opened.promise;
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  leaving.abort();
  await Promise.all([left, closed]);
  await answered<Attachment>(call(silent.server, `/${silent.id}`, { token: silent.token }));
  assert.deepEqual(silent.lines, []);

  const failing = await withContent(t, () =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      })(),
    ),
  );
  const answer = await failing.get();
  assert.equal(answer.status, 200);
  await assert.rejects(answer.arrayBuffer());
  assert.equal(failing.lines.length, 1);
  assert.match(failing.lines[0] ?? "", /EIO: i\/o error/);
});
