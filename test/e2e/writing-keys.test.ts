import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person, textIn } from "../helpers/browser.ts";
import { choose, paste, writer, writing } from "../helpers/editing.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

test("[E140] finding and replacing has the page's words, works on a phone, and a reader finds without replacing", async (t) => {
  const server = await startPageServer(t);
  const document = await createDocument(server, { content: "tea and tea\n" });
  const page = await person(t, { viewport: { width: 390, height: 844 } });
  await writer(page, `${server.url}/d/${document.id}#${document.editToken}`);
  await page.keyboard.press("Control+f");
  await page.getByRole("textbox", { name: "Find" }).fill("tea");
  await page.getByRole("textbox", { name: "Replace with" }).fill("milk");
  assert.equal(await page.evaluate(() => globalThis.document.documentElement.scrollWidth), 390);
  await page.getByRole("button", { name: "Replace all" }).click();
  await until(async () => (await textIn(page)) === "milk and milk\n");
  await page.getByRole("button", { name: "Close" }).click();
  const reader = await person(t);
  const link = await fetch(`${server.url}/api/documents/${document.id}/links`, {
    method: "POST",
    headers: { authorization: `Bearer ${document.ownerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ role: "view" }),
  });
  await reader.goto(((await link.json()) as { url: string }).url);
  await partsOf(reader).text.focus();
  await reader.keyboard.press("Control+f");
  await reader.getByRole("textbox", { name: "Find" }).pressSequentially("milk");
  await reader.locator(".cm-searchMatch").first().waitFor();
  assert.equal(await reader.getByRole("textbox", { name: "Replace with" }).count(), 0);
});

test("[E141] several carets write at once: by keyboard, by clicks with Alt, in a rectangle and by the next same word", async (t) => {
  const { page, stored } = await writing(t, "six six\nsix\nsix");
  await page.keyboard.press("Control+Alt+ArrowUp");
  await page.keyboard.press("Control+Alt+ArrowUp");
  await page.keyboard.type("!");
  await until(async () => (await stored()) === "six! six\nsix!\nsix!");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+d");
  await page.keyboard.press("Control+d");
  await page.keyboard.type("a");
  await until(async () => (await stored()) === "a! a\nsix!\nsix!");
  const lines = page.locator(".cm-line");
  const at = async (line: number, text: string) => {
    const box = await lines.nth(line).evaluate((element, part) => {
      const range = globalThis.document.createRange();
      const node = element.firstChild as ChildNode;
      range.setStart(node, (node.textContent ?? "").indexOf(part));
      range.setEnd(node, (node.textContent ?? "").indexOf(part) + 1);
      const { x, y, height } = range.getBoundingClientRect();
      return { x, y: y + height / 2 };
    }, text);
    return box;
  };
  const [first, second] = [await at(1, "six"), await at(2, "six")];
  await page.mouse.click(first.x, first.y);
  await page.keyboard.down("Alt");
  await page.mouse.click(second.x, second.y);
  await page.keyboard.up("Alt");
  await page.keyboard.type("-");
  await until(async () => (await stored()) === "a! a\n-six!\n-six!");
  await page.keyboard.down("Alt");
  await page.keyboard.down("Shift");
  await page.mouse.move(first.x, first.y);
  await page.mouse.down();
  await page.mouse.move(second.x + 4, second.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.keyboard.up("Alt");
  await page.keyboard.press("Delete");
  await page.keyboard.type("=");
  await until(async () => /^a! a\n=.*six!\n=.*six!$/.test(await stored()));
});

test("[E142] Tab stays in the text, and Escape then Tab or Ctrl+M leaves it; Mod-b, Mod-i and Mod-k mark", async (t) => {
  const { page, stored } = await writing(t, "- one\n- two");
  const isInText = () =>
    page.evaluate(
      () => globalThis.document.activeElement?.classList.contains("cm-content") ?? false,
    );
  await page.keyboard.press("Tab");
  await until(async () => (await stored()) === "- one\n  - two");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Control+b");
  await until(async () => (await stored()) === "- one\n- **two**");
  await page.keyboard.press("Control+z");
  await until(
    async () => (await stored()) === "- one\n- two" || (await stored()) === "- one\n  - two",
  );
  assert.equal(await isInText(), true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await isInText(), false);
  await partsOf(page).text.focus();
  await page.keyboard.press("Control+m");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await isInText(), false);
});

test("[E146] Vim's keys undo one's own edits only, are remembered, and Tab writes nothing in normal mode", async (t) => {
  const { page: anna, address, stored } = await writing(t);
  const ben = await person(t);
  await writer(ben, address);
  await choose(anna, "Vim");
  await anna.locator(".cm-vimMode").waitFor();
  await partsOf(anna).text.focus();
  await anna.keyboard.type("ianna");
  await anna.keyboard.press("Escape");
  await until(async () => (await textIn(ben)) === "anna");
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type(" ben");
  await until(async () => (await textIn(anna)) === "anna ben");
  await anna.keyboard.press("Tab");
  await anna.keyboard.press("u");
  await until(async () => (await stored()) === " ben");
  await anna.keyboard.press("u");
  await anna.keyboard.press("Control+r");
  await until(async () => (await stored()) === "anna ben");
  await anna.keyboard.type(":undo\n");
  await until(async () => (await stored()) === " ben");
  await anna.reload();
  await anna.locator(".cm-vimMode").waitFor();
  await choose(anna, "Default");
  await anna.locator(".cm-vimMode").waitFor({ state: "detached" });
});

test("[E147] Emacs' keys undo one's own edits only", async (t) => {
  const { page: anna, address, stored } = await writing(t);
  const ben = await person(t);
  await writer(ben, address);
  await choose(anna, "Emacs");
  await anna.locator(".cm-emacsMode, .cm-emacs-cursor, .cm-fat-cursor").first().waitFor();
  await partsOf(anna).text.focus();
  await anna.keyboard.type("anna");
  await until(async () => (await textIn(ben)) === "anna");
  await ben.keyboard.press("Control+End");
  await ben.keyboard.type(" ben");
  await until(async () => (await textIn(anna)) === "anna ben");
  await anna.keyboard.press("Control+a");
  await anna.keyboard.press("Control+/");
  await until(async () => (await stored()) === " ben");
});

test("[E148] a reader has none of the writing keys, also after having been a writer", async (t) => {
  const server = await startPageServer(t);
  const owner = await person(t);
  await newDocument(owner, server.url);
  await owner.keyboard.type("text");
  await owner.getByRole("button", { name: "Share" }).click();
  await owner.getByRole("combobox", { name: "Role" }).selectOption("edit");
  await owner.getByRole("button", { name: "Create link" }).click();
  const link = await owner.getByRole("textbox", { name: "Link" }).inputValue();
  const guest = await person(t);
  await writer(guest, link);
  await guest.keyboard.press("Control+f");
  await guest.getByRole("textbox", { name: "Replace with" }).waitFor();
  await owner
    .getByRole("list", { name: "Links" })
    .getByRole("combobox")
    .first()
    .selectOption("view");
  await guest.locator(".cm-reading").waitFor();
  assert.equal(await guest.getByRole("textbox", { name: "Replace with" }).count(), 0);
  await partsOf(guest).text.focus();
  for (const key of ["Tab", "Control+b", "Control+k", "Enter", "("]) {
    await partsOf(guest).text.focus();
    await guest.keyboard.press(key);
  }
  // A writer's is still on its way when the next key comes; to a reader nothing is on its way.
  const fetched: string[] = [];
  guest.on("request", (request) => fetched.push(request.url()));
  await paste(guest, { "text/html": "<b>bold</b>", "text/plain": "bold" });
  await owner.keyboard.press("Escape");
  await partsOf(owner).text.click();
  await owner.keyboard.press("Control+End");
  await paste(owner, { "text/html": "<i>later</i>", "text/plain": "later" });
  await until(async () => (await textIn(guest)) === "text*later*");
  assert.deepEqual(
    fetched.filter((url) => url.includes("html-to-markdown")),
    [],
  );
  await guest.getByRole("button", { name: "More", exact: true }).click();
  await guest.getByRole("menuitem", { name: "Find and replace" }).waitFor();
  assert.equal(await guest.getByRole("menuitemradio", { name: "Vim" }).count(), 0);
});

test("[E238] Vim's :w answers as Ctrl+S does", async (t) => {
  const { page } = await writing(t, "text");
  await choose(page, "Vim");
  await page.locator(".cm-vimMode").waitFor();
  await partsOf(page).text.focus();
  await page.keyboard.type(":w\n");
  const notice = page.getByRole("status", { name: "Notice" });
  await notice.getByText("Already saved.").waitFor();
  assert.equal(await partsOf(page).text.evaluate((text) => text.matches(":focus")), true);
  await notice.getByRole("button", { name: "Download" }).waitFor();
});
