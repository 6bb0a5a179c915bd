/** Images of a rendered document, with a real server and stand-ins for the elements. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import type { Attachment } from "#protocol/rest.ts";
import { showAttachments } from "../../web/images/attachment-images.ts";
import { imageMarkdown } from "../../web/images/image-text.ts";
import type { OpenDocument } from "../../web/open-document.ts";
import { png, upload } from "../helpers/images.ts";
import { answered } from "../helpers/rest.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";
import { listenTo } from "./global-events.ts";

/** What tells of the network. */
const browser = new EventTarget();

async function scene(t: TestContext) {
  const server = await startServer(t);
  const { id, ownerToken } = await createDocument(server);
  const asked: { path: string; token: string | null }[] = [];
  const { fetch } = globalThis;
  t.mock.method(globalThis, "fetch", (path: string, options: RequestInit) => {
    asked.push({ path, token: new Headers(options.headers).get("authorization") });
    return fetch(new URL(path, server.url), options);
  });
  const doc = new Y.Doc();
  // Before the events that it lets go of are no more.
  t.after(() => doc.destroy());
  listenTo(t, browser);
  const open = { id, text: doc.getText("content"), token: () => ownerToken };
  const { url } = await answered<Attachment>(
    upload({ url: server.url }, id, ownerToken, png()),
    201,
  );
  asked.length = 0;
  return { open: open as unknown as OpenDocument, doc, url, asked, ownerToken };
}

function image(attachment: string, alt = "") {
  const dataset: Record<string, string> = { attachment };
  return { dataset, src: "", alt, isConnected: true };
}

function rootOf(...images: ReturnType<typeof image>[]): HTMLElement {
  return { querySelectorAll: () => images } as unknown as HTMLElement;
}

test("[W170] images are fetched once, by a token in the header, and let go of with the document", async (t) => {
  const { open, doc, url, asked, ownerToken } = await scene(t);
  const [first, second] = [image(url, "photo"), image(url)];
  await showAttachments(rootOf(first, second), open);
  await showAttachments(rootOf(first, image(url)), open);
  assert.deepEqual(asked, [{ path: url, token: `Bearer ${ownerToken}` }]);
  assert.match(first.src, /^blob:/);
  assert.equal(first.src, second.src);
  assert.equal(first.alt, "photo");
  const fetched = await fetchBlob(first.src);
  assert.deepEqual(fetched, png());
  doc.destroy();
  await until(async () => (await fetchBlob(first.src)) === undefined);
});

test("[W171] an image that cannot be had says so, and no other document's is asked for", async (t) => {
  const { open, url, asked } = await scene(t);
  const name = url.split("/").at(-1) ?? "";
  const lost = image(url.replace(/\w{40}/, "0".repeat(40)), "photo");
  const foreign = [
    image(`/api/documents/another-document/attachments/${name}`),
    image(`https://elsewhere.example${url}`),
    image(`//elsewhere.example${url}`),
    image(`${url}/../../links`),
    image(url.replace(name, "..")),
    image(`${url}?x`),
    image(""),
  ];
  for (let n = 0; n < 2; n++) await showAttachments(rootOf(lost, ...foreign), open);
  assert.deepEqual(
    asked.map(({ path }) => path),
    [lost.dataset.attachment],
  );
  assert.equal(lost.alt, "photo – There is no such image in this document.");
  for (const { alt, src } of foreign) {
    assert.deepEqual([alt, src], ["This image cannot be loaded.", ""]);
  }
});

test("[W173] an image that could not be had is asked for again when there is a network, once for all who show it", async (t) => {
  const { open, url, asked } = await scene(t);
  const { fetch } = globalThis;
  const lost = t.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("lost")));
  const [first, second, gone] = [image(url, "photo"), image(url), image(url)];
  await showAttachments(rootOf(first, second, gone), open);
  assert.equal(lost.mock.callCount(), 1);
  assert.equal(first.alt, "photo – This image cannot be loaded.");
  // A preview makes it anew at each key.
  const anew = image(url, "anew");
  await showAttachments(rootOf(anew), open);
  assert.equal(lost.mock.callCount(), 1);
  gone.isConnected = false;
  t.mock.method(globalThis, "fetch", fetch);
  browser.dispatchEvent(new Event("online"));
  await until(() => [first, second, anew].every(({ src }) => src.startsWith("blob:")));
  assert.deepEqual([first.alt, second.alt, anew.alt], ["photo", "", "anew"]);
  assert.equal(gone.src, "");
  assert.equal(asked.length, 1);
});

test("[W172] the name of an image is what stands for it, whatever characters it has", () => {
  const names: [name: string, alt: string][] = [
    ["photo.png", "photo"],
    ["my_photo 2.final.jpeg", "my_photo 2.final"],
    ["a]b[c.png", String.raw`a\]b\[c`],
    [String.raw`a\.png`, String.raw`a\\`],
    ["`*<$>.gif", String.raw`\`\*\<\$\>`.replaceAll("\\`", "\\`")],
    ["two\nlines\t.png", "two lines"],
    ["😀.png", "😀"],
    [".png", ""],
    [`${"😀".repeat(200)}.png`, "😀".repeat(100)],
  ];
  for (const [name, alt] of names) assert.equal(imageMarkdown(name, "/x"), `![${alt}](/x)`);
});

async function fetchBlob(address: string): Promise<Buffer | undefined> {
  const { resolveObjectURL } = await import("node:buffer");
  const blob = resolveObjectURL(address);
  return blob && Buffer.from(await blob.arrayBuffer());
}
