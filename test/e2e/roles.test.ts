/** What a link lets its holder do, and what the page makes of it while it changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CreatedLink, Link } from "#protocol/rest.ts";
import { partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { ControlledStore } from "../helpers/controlled-store.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { answered, call } from "../helpers/rest.ts";
import type { Scope } from "../helpers/scope.ts";
import { createDocument, type TestServerOptions } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

/** A document with one link, and its owner's way to change that. */
async function scene(t: Scope, body: object, content = "text", options: TestServerOptions = {}) {
  const server = await startPageServer(t, options);
  const { id, ownerToken: token } = await createDocument(server, { content });
  const link = await answered<CreatedLink & Link>(
    call(server, `/${id}/links`, { method: "POST", token, body }),
    201,
  );
  const change = (changes: object) =>
    answered(call(server, `/${id}/links/${link.id}`, { method: "PATCH", token, body: changes }));
  return { server, id, token, link, change };
}

test("[E33] a page that only reads is seen and heard to: no caret, no placeholder, no typing, and the others see it too", async (t) => {
  const { server, id, link } = await scene(t, { role: "view" }, "");
  const [reader, other] = [await person(t), await person(t)];
  await reader.goto(link.url);
  await saveState(reader, "Read only – this link lets you read.");
  const { text, title, name } = partsOf(reader);
  await reader.locator("header").getByText("Read only", { exact: true }).waitFor();
  assert.equal(await text.getAttribute("aria-readonly"), "true");
  assert.equal(await reader.getByText("Start writing").count(), 0);
  assert.equal(await title.isEditable(), false);
  await text.click();
  await reader.keyboard.type("x");
  await reader.keyboard.press("Control+z");
  assert.equal(await textIn(reader), "");
  assert.equal(await reader.locator(".cm-cursor").first().isVisible(), false);
  await name.fill("Reader");
  await name.press("Enter");
  await other.goto(`${server.url}/d/${id}#${link.token}`);
  await partsOf(other).people.filter({ hasText: "Reader can read" }).waitFor();
});

test("[E34] a role that falls or rises is followed at once, without a reload", async (t) => {
  const { link, change } = await scene(t, { role: "edit" });
  const page = await person(t);
  await page.goto(link.url);
  await saveState(page, "Saved");
  const notice = page.getByRole("status", { name: "Notice" });
  await change({ role: "view" });
  await saveState(page, "Read only");
  await notice.getByText("This link lets you read only now.").waitFor();
  await partsOf(page).text.click();
  await page.keyboard.type("x");
  assert.equal(await textIn(page), "text");
  await change({ role: "comment" });
  await change({ role: "edit" });
  await saveState(page, "Saved");
  await notice.getByText("This link lets you edit now.").waitFor();
  await partsOf(page).text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" again");
  await saveState(page, "Saved");
  assert.equal(await textIn(page), "text again");
});

test("[E35] what was not saved when the role fell stays on the page, over a reload too, and the words say so", async (t) => {
  const control = new ControlledStore();
  const { link, change } = await scene(t, { role: "edit" }, "text", { store: control.store });
  const page = await person(t);
  await page.goto(link.url);
  await saveState(page, "Saved");
  control.hold();
  await partsOf(page).text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("!");
  await saveState(page, "Saving");
  await change({ role: "view" });
  const words = "Not saved – this link lets you read only. Copy your last changes.";
  await saveState(page, words);
  assert.equal(await textIn(page), "text!");
  await page.reload();
  await saveState(page, words);
  assert.equal(await textIn(page), "text!");
  control.release();
});

test("[E36] a link with a password asks for it, says when it is wrong, and then opens, after a reload too", async (t) => {
  const { link } = await scene(t, { role: "edit", password: "right" });
  const page = await person(t);
  await page.goto(link.url);
  await page.getByRole("heading", { name: "This link needs a password" }).waitFor();
  const open = page.getByRole("button", { name: "Open" });
  await page.getByLabel("Password").fill("wrong");
  await open.click();
  await page.getByText("That is not the password.").waitFor();
  await page.getByLabel("Password").fill("right");
  await open.click();
  await saveState(page, "Saved");
  assert.equal(page.url(), link.url);
  await page.reload();
  await saveState(page, "Saved");
});

test("[E37] when the password changes the page asks again, and keeps the text that is there", async (t) => {
  const { link, change } = await scene(t, { role: "edit", password: "first" });
  const page = await person(t);
  await page.goto(link.url);
  await page.getByLabel("Password").fill("first");
  await page.keyboard.press("Enter");
  await saveState(page, "Saved");
  await change({ password: "second" });
  await page.getByRole("heading", { name: "This link needs a password" }).waitFor();
  assert.equal(await textIn(page), "text");
  await page.getByLabel("Password").fill("second");
  await page.keyboard.press("Enter");
  await saveState(page, "Saved");
  await partsOf(page).text.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("!");
  await saveState(page, "Saved");
});

test("[E38] a counted link opens without a question; a lost answer and a reload use up nothing, and when none is left a page says so", async (t) => {
  const { server, id, token, link } = await scene(t, { role: "edit", maxUses: 1 });
  const [anna, ben] = [await person(t), await person(t)];
  let lost = 0;
  await anna.route("**/claim", async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await anna.goto(link.url);
  await anna.getByText("The server cannot be reached.").waitFor();
  await anna.reload();
  await saveState(anna, "Saved");
  await anna.reload();
  await saveState(anna, "Saved");
  const [, counted] = await answered<Link[]>(call(server, `/${id}/links`, { token }));
  assert.equal(counted?.uses, 1);
  await ben.goto(link.url);
  await ben.getByRole("heading", { name: "This link has been used up" }).waitFor();
});

test("[E32] a link that ends while it is open leaves the text; a later visit says that it has expired", async (t) => {
  const { link, change } = await scene(t, { role: "edit" });
  const page = await person(t);
  await page.goto(link.url);
  await saveState(page, "Saved");
  await change({ expiresAt: new Date(Date.now() + 300).toISOString() });
  const heading = page.getByRole("heading", { name: "This link has expired" });
  await heading.waitFor();
  assert.equal(await textIn(page), "text");
  await page.reload();
  await heading.waitFor();
  await until(async () => (await partsOf(page).text.count()) === 0);
});
