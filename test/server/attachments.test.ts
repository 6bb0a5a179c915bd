/** Images of a document over REST: real files, lies about them, and what is left when it goes wrong. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Attachment, CreatedLink } from "#protocol/rest.ts";
import { openAttachmentFiles } from "../../persistence/attachment-files.ts";
import { png, SVG, upload } from "../helpers/images.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { answered, call, refused } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { fill, free, smallDisk } from "../helpers/small-disk.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

async function scene(t: TestContext, env: Record<string, string> = {}) {
  const server = await startServer(t, { env });
  const { id, ownerToken: token } = await createDocument(server);
  return {
    server,
    id,
    token,
    put: (content: Buffer | string, name?: string) => upload(server, id, token, content, name),
    get: (name: string, headers = {}) =>
      call(server, `/${id}/attachments/${name}`, { token, headers }),
    makeLink: (role: string) => {
      const link = { method: "POST", token, body: { role } };
      return answered<CreatedLink>(call(server, `/${id}/links`, link), 201);
    },
  };
}

/** Every file below the attachments of a data folder. */
function filesIn(dataDir: string): string[] {
  return globSync("attachments/{*,.incoming}/*", { cwd: dataDir }).toSorted();
}

test("[I1] an image is answered byte for byte, by header and by ?token=, under an address without one", async (t) => {
  const { server, id, token, put, get } = await scene(t);
  const image = png();
  const created = await answered<Attachment>(put(image), 201);
  const name = `${createHash("sha256").update(image).digest("hex").slice(0, 40)}.png`;
  assert.deepEqual(created, {
    name,
    url: `/api/documents/${id}/attachments/${name}`,
    type: "image/png",
    bytes: image.length,
  });
  const byHeader = await get(name);
  assert.equal(byHeader.headers.get("content-type"), "image/png");
  assert.deepEqual(Buffer.from(await byHeader.arrayBuffer()), image);
  const byQuery = await fetch(`${server.url}${created.url}?token=${token}`);
  assert.deepEqual(Buffer.from(await byQuery.arrayBuffer()), image);
  await refused(fetch(server.url + created.url), 401, "token");
});

test("[I2] the same content twice has one name and one file", async (t) => {
  const { server, id, put } = await scene(t);
  const images = [png(1), png(2), png(1), png(1), png(2)];
  const answers = await Promise.all(
    images.map((image, n) => answered<Attachment>(put(image, `${n}.png`), 201)),
  );
  const names = [...new Set(answers.map(({ name }) => name))];
  assert.equal(names.length, 2);
  const paths = names.map((name) => join("attachments", id, name)).toSorted();
  assert.deepEqual(filesIn(server.dataDir), paths);
});

const WEBP = Buffer.from(
  "RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0",
  "latin1",
);
const AVIF = Buffer.from("\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "latin1");

test("[I3] what an image is, its content decides, whatever its name says", async (t) => {
  const { server, put } = await scene(t);
  const taken: [type: string, content: Buffer | string][] = [
    ["image/png", png()],
    ["image/gif", `GIF89a\x01\0\x01\0\0\0\0;<script>alert(1)</script>`],
    ["image/jpeg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1, 1])],
    ["image/webp", WEBP],
    ["image/avif", AVIF],
    ["image/svg+xml", SVG],
    ["image/svg+xml", `\uFEFF <svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>`],
  ];
  for (const [type, content] of taken) {
    const created = await answered<Attachment>(put(content, "page.html"), 201);
    assert.equal(created.type, type);
  }
  const kept = filesIn(server.dataDir);
  const lies = [
    "<!doctype html><script>alert(1)</script>",
    "<html><svg></svg></html>",
    "<!-- <svg> --><p><svg>",
    `<?xml version="1.0"?><feed><svg/></feed>`,
    `<!DOCTYPE svg [<!ENTITY a "b">`,
    "%PDF-1.7 \x89PNG\r\n\x1a\n",
    ` ${png().toString("latin1")}`,
    "PK\x03\x04 an archive",
    "MZ a program",
    "II*\0 a TIFF",
    "BM a bitmap",
    "plain words",
    "<".repeat(70_000),
    "",
  ];
  for (const lie of lies) await refused(put(lie, "image.png"), 415, "type");
  assert.deepEqual(filesIn(server.dataDir), kept);
});

test("[I4] whatever it holds, an image opened by itself can run nothing, and SVG is only a download", async (t) => {
  const { put, get } = await scene(t);
  for (const content of [png(), SVG, `GIF89a/*\x01\0*/=1;alert(1)`]) {
    const { name } = await answered<Attachment>(put(content), 201);
    const { headers } = await get(name);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-security-policy"), "sandbox; default-src 'none'");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    const disposition = name.endsWith(".svg") ? `attachment; filename="${name}"` : null;
    assert.equal(headers.get("content-disposition"), disposition);
  }
});

test("[I5] an image is kept by no shared cache, and what is held already is 304", async (t) => {
  const { put, get } = await scene(t);
  const { name } = await answered<Attachment>(put(png()), 201);
  const { headers } = await get(name);
  assert.equal(headers.get("cache-control"), "private, no-cache");
  const tag = headers.get("etag") ?? "";
  assert.match(tag, /^"[^"]+"$/);
  const again = await get(name, { "If-None-Match": tag });
  assert.deepEqual([again.status, await again.text()], [304, ""]);
  assert.equal((await get(name, { "If-None-Match": '"other"' })).status, 200);
});

test("[I6] one image past its limit, and all of a document past theirs, are refused and leave nothing", async (t) => {
  const size = 5000;
  const image = (shade: number) => Buffer.concat([png(shade), Buffer.alloc(size)], size);
  const { server, put } = await scene(t, {
    MAX_ATTACHMENT_BYTES: String(size),
    MAX_ATTACHMENTS_BYTES: String(2 * size),
  });
  const large = await refused(put(Buffer.concat([image(0), Buffer.alloc(1)])), 413, "large");
  assert.equal(large.detail, `An image may have ${size} bytes.`);
  const { length } = filesIn(server.dataDir);
  assert.equal(length, 0);
  // At once: what is counted for one must count for the next.
  const answers = await Promise.all([1, 2, 3, 4].map((shade) => put(image(shade))));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [201, 201, 413, 413]);
  const kept = answers.findIndex(({ status }) => status === 201);
  await answered(put(image(kept + 1)), 201);
  await refused(put(image(9)), 413, "full");
  assert.equal(filesIn(server.dataDir).length, 2);
  const unlimited = await scene(t, { MAX_ATTACHMENT_BYTES: "0", MAX_ATTACHMENTS_BYTES: "0" });
  await answered(unlimited.put(Buffer.concat([png(), Buffer.alloc(12_000_000)])), 201);
});

test("[I7] no name leads out of a document's own images", async (t) => {
  const { server, id, token, put, get } = await scene(t);
  const { name } = await answered<Attachment>(put(png()), 201);
  const other = await createDocument(server);
  const strange = [
    "..%2f..%2fquire.sqlite",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    `..%2f${id}%2f${name}`,
    ".incoming",
    `${name}%00.png`,
    name.toUpperCase(),
    `${name.slice(0, 40)}.exe`,
    "x.png",
  ];
  for (const each of strange) await refused(get(each), 404, "unknown");
  const path = `/${other.id}/attachments/${name}`;
  await refused(call(server, path, { token: other.ownerToken }), 404, "unknown");
  await refused(call(server, path, { token }), 404, "unknown");
});

test("[I8] a revoked link gets no image, and one that is revoked while an image arrives puts none in", async (t) => {
  const { server, id, token, put, makeLink } = await scene(t);
  const { name } = await answered<Attachment>(put(png()), 201);
  const [reader, writer] = [await makeLink("view"), await makeLink("edit")];
  const see = () => call(server, `/${id}/attachments/${name}`, { token: reader.token });
  assert.equal((await see()).status, 200);
  const arriving = slowUpload(server.url, id, writer.token);
  await until(() => filesIn(server.dataDir).length === 2);
  for (const link of [reader, writer]) {
    await call(server, `/${id}/links/${link.id}`, { method: "DELETE", token });
  }
  await refused(see(), 403, "revoked");
  assert.match(await arriving.finish(), /^HTTP\/1.1 403 [^]*problems\/revoked/);
  assert.equal(filesIn(server.dataDir).length, 1);
});

test("[I9] a body that is no form with one file is refused, and one that breaks off leaves nothing", async (t) => {
  const { server, id, token } = await scene(t);
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/documents/${id}/attachments`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, ...headers },
      body,
    });
  await refused(post(new Uint8Array(png()), { "Content-Type": "image/png" }), 415, "type");
  await refused(post("x", { "Content-Type": "multipart/form-data" }), 422, "invalid");
  await refused(post("x", { "Content-Type": "multipart/form-data; boundary=b" }), 422, "invalid");
  const image = new Blob([new Uint8Array(png())]);
  for (const fields of [["other"], ["file", "file"], ["file", "also"], []]) {
    const form = new FormData();
    for (const field of fields) form.append(field, image, "image.png");
    if (fields.length === 0) form.append("file", "words");
    await refused(post(form), 422, "invalid");
  }
  const broken = slowUpload(server.url, id, token);
  await until(() => filesIn(server.dataDir).length === 1);
  broken.socket.destroy();
  await until(() => filesIn(server.dataDir).length === 0);
});

test("[I10] on a full disk an image is refused and leaves nothing; when there is room it is taken", async (t) => {
  const dataDir = await smallDisk(t);
  if (!dataDir) return;
  const server = await startServer(t, { dataDir });
  const { id, ownerToken } = await createDocument(server);
  const image = Buffer.concat([png(), Buffer.alloc(300_000, "x")]);
  await fill(dataDir);
  const problem = await refused(upload(server, id, ownerToken, image), 503, "overload");
  assert.match(problem.detail, /disk is full/);
  assert.deepEqual(filesIn(dataDir), []);
  await free(dataDir);
  await answered(upload(server, id, ownerToken, image), 201);
});

test("[I11] killed while images arrive, the server has those it answered and no half of another", async (t) => {
  const dataDir = await temporaryFolder(t);
  const program = startMain(t, dataDir);
  const server = await addressOf(program);
  const { id, ownerToken: token } = await createDocument(server);
  const answeredNames: string[] = [];
  const putting = [1, 2, 3, 4].map(async (worker) => {
    for (let n = 0; n < 60; n++) {
      const image = Buffer.concat([png(worker), Buffer.alloc(100_000, `${worker} ${n} `)]);
      const answer = await upload(server, id, token, image).catch(() => undefined);
      if (answer?.status !== 201) return;
      answeredNames.push(((await answer.json()) as Attachment).name);
    }
  });
  slowUpload(server.url, id, token);
  await until(() => answeredNames.length > 20);
  program.child.kill("SIGKILL");
  await Promise.all([program.exited(), ...putting]);
  assert.ok(filesIn(dataDir).some((path) => path.includes(".incoming")));
  const again = await addressOf(startMain(t, dataDir));
  assert.ok(!existsSync(join(dataDir, "attachments/.incoming")));
  for (const name of answeredNames) {
    const found = await call(again, `/${id}/attachments/${name}`, { token });
    assert.equal(found.status, 200);
  }
  for (const path of filesIn(dataDir)) {
    const hash = createHash("sha256").update(readFileSync(join(dataDir, path)));
    assert.ok(path.includes(`${hash.digest("hex").slice(0, 40)}.`), path);
  }
});

test("[I12] so many images may arrive at once for one document, and more are told to wait", async (t) => {
  const { server, id, token, put } = await scene(t);
  const arriving = Array.from({ length: 16 }, () => slowUpload(server.url, id, token));
  await until(() => filesIn(server.dataDir).length === 16);
  const answer = await put(png());
  assert.equal(answer.headers.get("retry-after"), "2");
  await refused(Promise.resolve(answer), 429, "rate");
  const other = await createDocument(server);
  await answered(upload(server, other.id, other.ownerToken, png()), 201);
  for (const { socket } of arriving) socket.destroy();
  await until(async () => (await put(png())).status === 201);
});

test("[I13] all attachments of a document can be removed, and no other's", async (t) => {
  const dataDir = await temporaryFolder(t);
  const attachments = await openAttachmentFiles(dataDir);
  const names = await Promise.all(
    ["a", "b"].map(async (id) => {
      const arrived = await attachments.receive(chunks([png(), png(1)]));
      return arrived.keep(id, "png", Number.POSITIVE_INFINITY);
    }),
  );
  await attachments.remove("a");
  await attachments.remove("never-there");
  const [of, other] = names;
  assert.equal(await attachments.read("a", of ?? ""), undefined);
  assert.ok(await attachments.read("b", other ?? ""));
});

async function* chunks(parts: readonly Uint8Array[]) {
  yield* parts;
}

/** An upload that stands still in the middle of its file until it is told to finish. */
function slowUpload(url: string, id: string, token: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (data) => (answer += data.toString()));
  socket.on("error", () => undefined);
  const form = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
  const end = "\r\n--b--\r\n";
  const [first, second] = [png().subarray(0, 40), png().subarray(40)];
  const length = form.length + png().length + end.length;
  const head = [
    `POST /api/documents/${id}/attachments HTTP/1.1`,
    `Host: ${hostname}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: multipart/form-data; boundary=b",
    `Content-Length: ${length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${form}`);
  socket.write(first);
  return {
    socket,
    /** Resolves with the whole answer. */
    finish: () => {
      socket.write(second);
      socket.write(end);
      return until(() => (answer.endsWith("}") ? answer : undefined));
    },
  };
}
