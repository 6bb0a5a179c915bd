/** The share dialog, as the owner of a document and everybody else meet it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person, saveState, shareOf, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { until } from "../helpers/until.ts";

test("[E30] a link that is made gives the role that was chosen, and one of another role is never offered in its place", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await anna.keyboard.type("to be read");
  await saveState(anna, "Saved");
  await partsOf(anna).share.click();
  const share = shareOf(anna);
  assert.equal(await share.link.inputValue(), address);
  assert.equal(await share.role.inputValue(), "edit");
  await share.role.selectOption("view");
  assert.equal(await share.link.count(), 0);
  await share.create.click();
  const view = await share.link.inputValue();
  assert.notEqual(view, address);
  await share.dialog.getByText("Whoever has this link can read.").waitFor();
  await until(async () => (await share.links.count()) === 2);
  await ben.goto(view);
  await saveState(ben, "Read only");
  assert.equal(await textIn(ben), "to be read");
  await share.role.selectOption("edit");
  assert.equal(await share.link.inputValue(), address);
});

test("[E31] the owner names links, sees who uses them, and copies again those that were made here", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await newDocument(anna, server.url);
  await partsOf(anna).share.click();
  const share = shareOf(anna);
  const view = await share.make("view");
  const label = share.links.first().getByRole("textbox", { name: "Label" });
  await label.fill("For Ben");
  await label.press("Enter");
  await share.item("For Ben").getByText("never used").waitFor();
  await ben.goto(view);
  await share.item("For Ben").getByText("used just now · 1 connected").waitFor();
  await share.dialog.getByRole("button", { name: "Close" }).click();
  await anna.reload();
  await partsOf(anna).share.click();
  await share.item("For Ben").getByRole("button", { name: "Copy" }).click();
  await share.item("For Ben").getByText("Copied").waitFor();
  await share.item("For Ben").getByRole("combobox").selectOption("edit");
  await saveState(ben, "Saved");
});

test("[E32] a link is revoked at once, after a question if somebody is connected by it; the text stays to be copied, and a visit says what happened", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await newDocument(anna, server.url);
  await anna.keyboard.type("stays");
  await partsOf(anna).share.click();
  const share = shareOf(anna);
  const [unused, used] = [await share.make("view"), await share.make("edit")];
  await ben.goto(used);
  await share.item("1 connected").getByRole("button", { name: "Revoke" }).click();
  await share.item("Somebody is connected by it").getByRole("button", { name: "Keep" }).click();
  await share.item("1 connected").getByRole("button", { name: "Revoke" }).click();
  await share.item("Somebody is connected by it").getByRole("button", { name: "Revoke" }).click();
  await ben.getByRole("heading", { name: "This link no longer works" }).waitFor();
  assert.equal(await textIn(ben), "stays");
  await partsOf(ben).text.click();
  await ben.keyboard.type("x");
  assert.equal(await textIn(ben), "stays");
  await until(async () => (await share.links.count()) === 2);
  await share.links.first().getByRole("button", { name: "Revoke" }).click();
  await until(async () => (await share.links.count()) === 1);
  await ben.goto(unused);
  await ben.getByRole("heading", { name: "This link no longer works" }).waitFor();
  assert.equal(await partsOf(ben).text.count(), 0);
});

test("[E39] whoever is no owner copies the link of the address bar, and learns what it lets people do", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  await newDocument(anna, server.url);
  await partsOf(anna).share.click();
  const view = await shareOf(anna).make("view");
  await ben.goto(view);
  await partsOf(ben).share.click();
  const share = shareOf(ben);
  assert.equal(await share.link.inputValue(), view);
  await share.dialog.getByText("Whoever has this link can read.").waitFor();
  await share.dialog.getByText("Only the owner of this document can make other links.").waitFor();
  assert.equal(await share.create.count(), 0);
  assert.equal(await share.links.count(), 0);
});

test("[E44] by keyboard: Share, Enter copies, Escape closes, and the focus is where it was", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await partsOf(page).share.focus();
  await page.keyboard.press("Enter");
  const share = shareOf(page);
  await share.copy.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await share.dialog.getByText("Link copied.").waitFor();
  await share.role.selectOption("view");
  await share.create.focus();
  await page.keyboard.press("Enter");
  await share.copy.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Escape");
  await share.dialog.waitFor({ state: "detached" });
  await partsOf(page).share.and(page.locator(":focus")).waitFor();
});

test("[E45] what limits a new link is said of it, and what cannot be is told in the dialog", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await newDocument(page, server.url);
  await partsOf(page).share.click();
  const share = shareOf(page);
  await share.dialog.getByText("More options").click();
  const expires = share.dialog.getByLabel("Expires");
  await expires.fill("2001-01-01T12:00");
  await share.create.click();
  await share.dialog.getByText("This time has passed.").waitFor();
  await expires.fill("2999-01-01T12:00");
  await share.dialog.getByLabel("Password").fill("secret");
  await share.dialog.getByLabel("Browsers that may use it").fill("3");
  await share.create.click();
  await share.dialog
    .getByText(
      "Whoever has this link can edit. It asks for its password first. It opens in 3 browsers only.",
    )
    .waitFor();
  await share.item("expires Jan 1, 2999").getByText("password · 0 of 3 browsers").waitFor();
  assert.equal(await share.dialog.getByLabel("Password").inputValue(), "");
});

test("[E40] when the link of the address bar was revoked, the next one takes its place", async (t) => {
  const server = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, server.url);
  await partsOf(anna).share.click();
  const share = shareOf(anna);
  await share.item("in the address bar").getByRole("button", { name: "Revoke" }).click();
  await share.dialog.getByText("The link in the address bar no longer works.").waitFor();
  assert.equal(await share.link.count(), 0);
  await share.create.click();
  const next = await share.link.inputValue();
  assert.notEqual(next, address);
  assert.equal(anna.url(), next);
  await anna.goto(server.url);
  await anna.getByRole("list", { name: "Recent documents" }).getByRole("link").click();
  await partsOf(anna).text.waitFor();
  assert.equal(anna.url(), next);
  await ben.goto(next);
  await saveState(ben, "Saved");
});
