/** Images on their way into a text: dropped, pasted or chosen, seen by two people, refused with a sentence. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Locator, Page, Route } from "playwright-core";
import type { CreatedLink } from "#protocol/rest.ts";
import { goOffline, newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { png, SVG } from "../helpers/images.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { previewOf, stubPrinter } from "../helpers/preview.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

interface Given {
  readonly name: string;
  readonly content: Buffer | string;
  readonly type?: string;
}

/** A document with a text, and its page. */
async function scene(t: TestContext, text: string, env: Record<string, string> = {}) {
  const server = await startPageServer(t, { env });
  const page = await person(t);
  const address = await newDocument(page, server.url);
  await page.keyboard.insertText(text);
  await saveState(page, "Saved");
  return { server, page, address, notice: page.getByRole("status", { name: "Notice" }) };
}

/** Lets go of files over the text, at the first of these words. Answers whether the page took them. */
function drop(page: Page, words: string, ...files: readonly Given[]): Promise<boolean> {
  return hand(page, "drop", words, files);
}

function paste(page: Page, text: string, ...files: readonly Given[]): Promise<boolean> {
  return hand(page, "paste", text, files);
}

async function hand(page: Page, kind: "drop" | "paste", words: string, files: readonly Given[]) {
  const contents = files.map(({ name, content, type = "image/png" }) => ({
    name,
    type,
    base64: Buffer.from(content).toString("base64"),
  }));
  return page.evaluate(
    ({ kind: event, words: wanted, contents: given }) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (unit) => unit.codePointAt(0) ?? 0);
        data.items.add(new File([bytes], name, { type }));
      }
      const text = document.querySelector(".cm-content");
      if (!text) throw new Error("no text");
      const common = { bubbles: true, cancelable: true };
      if (event === "paste") {
        if (wanted) data.setData("text/plain", wanted);
        return !text.dispatchEvent(new ClipboardEvent("paste", { ...common, clipboardData: data }));
      }
      const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      const nodes: Node[] = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      const node = nodes.find(({ textContent }) => textContent?.includes(wanted)) ?? text;
      const range = document.createRange();
      range.setStart(node, node.textContent?.indexOf(wanted) ?? 0);
      const { left, top, height } = range.getBoundingClientRect();
      const at = { clientX: left + 0.5, clientY: top + height / 2 };
      return !text.dispatchEvent(new DragEvent("drop", { ...common, ...at, dataTransfer: data }));
    },
    { kind, words, contents },
  );
}

/** The calls that put images in wait until they are let go, one by one. */
async function holdUploads(page: Page) {
  const held: Route[] = [];
  await page.route("**/attachments", (route) => void held.push(route));
  return {
    count: (wanted: number) => until(() => held.length === wanted),
    release: (index: number) => held[index]?.continue(),
  };
}

/** The text with addresses of images shortened. */
async function shortTextIn(page: Page): Promise<string> {
  return (await textIn(page)).replaceAll(
    /\(\/api\/documents\/[\w-]+\/attachments\/\w{40}\.(\w+)\)/g,
    "($1)",
  );
}

async function shows(page: Page, wanted: string): Promise<void> {
  try {
    await until(async () => (await shortTextIn(page)) === wanted, { timeoutMs: 5000 });
  } catch {
    assert.equal(await shortTextIn(page), wanted);
  }
}

test("[E120] an image that is dropped stands there as Markdown, in one step that can be undone", async (t) => {
  const { server, page, address } = await scene(t, "before after");
  assert.ok(await drop(page, "after", { name: "a [big] photo.png", content: png() }));
  await shows(page, String.raw`before ![a \[big\] photo](png)after`);
  await saveState(page, "Saved");
  const path = /\((.*)\)/.exec(await textIn(page))?.[1] ?? "";
  const token = new URL(address).hash.slice(1);
  const image = await fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } });
  assert.deepEqual(Buffer.from(await image.arrayBuffer()), png());
  await page.keyboard.type("!");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await shows(page, "before after");
  await page.keyboard.press("Control+y");
  await shows(page, String.raw`before ![a \[big\] photo](png)after`);
});

test("[E121] an image is pasted at the caret, and text that comes with a picture of itself stays text", async (t) => {
  const { page } = await scene(t, "text");
  assert.ok(await paste(page, "", { name: "image.png", content: png() }));
  await shows(page, "text![image](png)");
  await page.keyboard.type(" and");
  await paste(page, " cells", { name: "image.png", content: png(1) });
  await shows(page, "text![image](png) and cells");
});

test("[E122] an image on its way is shown where it will stand, to nobody else, and others write around it", async (t) => {
  const { page, address } = await scene(t, "before after");
  const other = await person(t);
  await other.goto(address);
  await saveState(other, "Saved");
  const uploads = await holdUploads(page);
  await drop(page, "after", { name: "photo.png", content: png() });
  await uploads.count(1);
  await page.getByRole("progressbar", { name: "Uploading photo.png" }).waitFor();
  await partsOf(other).text.click();
  await other.keyboard.press("Control+Home");
  await other.keyboard.type("Long ");
  await until(async () => (await textIn(page)).startsWith("Long before "));
  assert.equal(await textIn(other), "Long before after");
  assert.equal(await other.getByRole("progressbar").count(), 0);
  await uploads.release(0);
  await shows(page, "Long before ![photo](png)after");
  await shows(other, "Long before ![photo](png)after");
  assert.equal(await page.getByRole("progressbar").count(), 0);
});

test("[E123] how far an image is shows, and it can be called off, which leaves nothing", async (t) => {
  const { page } = await scene(t, "text");
  const devtools = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 150_000 };
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", slow);
  const large = Buffer.concat([png(), Buffer.alloc(3_000_000, "x")]);
  await drop(page, "text", { name: "large.png", content: large });
  const bar = page.getByRole("progressbar", { name: "Uploading large.png" });
  await until(async () => {
    const part = await bar.evaluate((element: HTMLProgressElement) => element.value);
    return part > 0 && part < 1;
  });
  await page.getByRole("button", { name: "Cancel uploading large.png" }).click();
  await bar.waitFor({ state: "detached" });
  assert.equal(await textIn(page), "text");
  await page.keyboard.type("!");
  assert.match(await textIn(page), /!/);
});

test("[E124] what cannot be put in is told by its name, in a sentence, and all else is put in", async (t) => {
  const { page, notice } = await scene(t, "text", { MAX_ATTACHMENT_BYTES: "2000" });
  await drop(
    page,
    "text",
    { name: "page.png", content: "<html><script>alert(1)</script>" },
    { name: "big.png", content: Buffer.concat([png(), Buffer.alloc(3000)]) },
    { name: "drawing.svg", content: "<p>no drawing", type: "image/svg+xml" },
    { name: "letter.pdf", content: "%PDF-1.7", type: "application/pdf" },
    { name: "fine.png", content: png() },
    { name: "logo.svg", content: SVG, type: "image/svg+xml" },
  );
  for (const words of [
    "page.png was not put in. It is not an image that can be shown.",
    "big.png was not put in. It is larger than this server allows.",
    "drawing.svg was not put in. Only PNG, JPEG, GIF, WebP, AVIF and SVG images can be taken.",
    "letter.pdf was not put in. It is not an image that can be shown.",
  ]) {
    await notice.getByText(words).waitFor();
  }
  await shows(page, "![fine](png)\n![logo](svg)text");
  assert.equal(await page.getByRole("progressbar").count(), 0);
});

test("[E125] offline nothing is put in and the page says so, and an upload that loses its server is told", async (t) => {
  const { page, notice } = await scene(t, "text");
  await page.route("**/attachments", (route) => route.abort());
  await drop(page, "text", { name: "photo.png", content: png() });
  await notice.getByText("photo.png was not put in. The server cannot be reached.").waitFor();
  await goOffline(page);
  await drop(page, "text", { name: "photo.png", content: png() });
  await notice.getByText("You are offline. Put images in once there is a connection.").waitFor();
  assert.equal(await page.getByRole("progressbar").count(), 0);
  assert.equal(await textIn(page), "text");
});

test("[E126] a page that only reads takes no images, and a role that falls meanwhile puts none in", async (t) => {
  const server = await startPageServer(t);
  const { id, ownerToken: token } = await createDocument(server, { content: "text" });
  const link = await answered<CreatedLink>(
    call(server, `/${id}/links`, { method: "POST", token, body: { role: "edit" } }),
    201,
  );
  const page = await person(t);
  await page.goto(link.url);
  await saveState(page, "Saved");
  const uploads = await holdUploads(page);
  await drop(page, "text", { name: "photo.png", content: png() });
  await uploads.count(1);
  const fallen = { method: "PATCH", token, body: { role: "view" } };
  await answered(call(server, `/${id}/links/${link.id}`, fallen));
  await saveState(page, "Read only");
  await uploads.release(0);
  const notice = page.getByRole("status", { name: "Notice" });
  await notice.getByText("photo.png was not put in. This link lets you read only.").waitFor();
  await drop(page, "text", { name: "photo.png", content: png() });
  await page.getByRole("button", { name: "More" }).click();
  assert.equal(await page.getByRole("menuitem", { name: "Insert image…" }).count(), 0);
  assert.equal(await page.getByRole("progressbar").count(), 0);
  assert.equal(await textIn(page), "text");
});

test("[E127] several images stand in the order in which they were dropped, whichever arrives first", async (t) => {
  const { page } = await scene(t, "text");
  const uploads = await holdUploads(page);
  const files = ["one", "two", "three"].map((name, n) => ({
    name: `${name}.png`,
    content: png(n),
  }));
  await drop(page, "text", ...files);
  await uploads.count(3);
  const counts = [2, 1, 0];
  for (const left of counts) {
    await uploads.release(left);
    await until(async () => (await page.getByRole("progressbar").count()) === left);
  }
  await shows(page, "![one](png)\n![two](png)\n![three](png)text");
});

test("[E128] where nothing can be dropped the menu chooses images", async (t) => {
  const { page } = await scene(t, "text");
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Insert image…" }).click();
  const chooser = await choosing;
  const file = { name: "chosen.png", mimeType: "image/png", buffer: png() };
  await chooser.setFiles([file]);
  await shows(page, "text![chosen](png)");
});

/** How wide each image is that is shown, by the text that stands for it. */
function widthsIn(place: Locator): Promise<Record<string, number>> {
  return place.evaluate((element) =>
    Object.fromEntries(
      [...element.querySelectorAll("img")].map(({ alt, naturalWidth }) => [alt, naturalWidth]),
    ),
  );
}

test("[E212] an image that was dropped is seen in the preview and on paper, SVG too", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const { paper, printed } = await stubPrinter(page);
  await newDocument(page, server.url);
  await page.keyboard.insertText("text");
  await drop(
    page,
    "text",
    { name: "photo.png", content: png() },
    { name: "logo.svg", content: SVG, type: "image/svg+xml" },
  );
  await shows(page, "![photo](png)\n![logo](svg)text");
  await previewOf(page).button.click();
  const { region } = previewOf(page);
  await region.getByAltText("logo").waitFor();
  await until(async () => Object.values(await widthsIn(region)).every((width) => width > 0));
  await page.keyboard.press("Control+p");
  await printed(1);
  assert.deepEqual(await widthsIn(paper), { photo: 16, logo: 8 });
});

test("[E217] a file that is dropped beside the text leaves the page as it is", async (t) => {
  const { page } = await scene(t, "text");
  await previewOf(page).button.click();
  await previewOf(page).region.waitFor();
  const refusedBy = (selector: string, kind: string) =>
    page.locator(selector).evaluate((element, event) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "x.pdf", { type: "application/pdf" }));
      const common = { bubbles: true, cancelable: true };
      return !element.dispatchEvent(new DragEvent(event, { ...common, dataTransfer }));
    }, kind);
  for (const place of [".document-header", ".preview", "body"]) {
    assert.equal(await refusedBy(place, "dragover"), true, place);
    assert.equal(await refusedBy(place, "drop"), true, place);
  }
  assert.equal(await refusedBy(".cm-content", "dragover"), false, "the text takes files");
});
