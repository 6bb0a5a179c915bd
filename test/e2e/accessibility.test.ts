/** Every state of the page, judged by axe-core: WCAG 2.2 AA, in light and dark, on a wide screen and a phone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CreatedLink } from "#protocol/rest.ts";
import { judge, PHONE, WIDE } from "../helpers/axe.ts";
import {
  goOffline,
  goOnline,
  newDocument,
  partsOf,
  person,
  saveState,
  shareOf,
} from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const TEXT =
  "# A walk\n\nWe *meet* at **nine** by [the crane](https://example.org), `soon`.\n\n- tea\n";

test("[E202] home, with nothing and with documents, and the message of a wrong address have nothing that axe minds", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  await page.goto(server.url);
  await page.getByRole("button", { name: "New document" }).waitFor();
  await judge(page, "home, empty");
  await newDocument(page, server.url);
  await saveState(page, "Saved");
  await page.goto(server.url);
  await page.getByRole("list", { name: "Recent documents" }).waitFor();
  await judge(page, "home, with a document");
  for (const path of ["/nowhere", "/d/0123456789012345678901#x", "/d/0123456789012345678901"]) {
    await page.goto(server.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await judge(page, path);
  }
});

test("[E203] a document, empty and with three people, its menu, its dialogs and its sheet have nothing that axe minds", async (t) => {
  const server = await startPageServer(t);
  const page = await person(t);
  const address = await newDocument(page, server.url);
  await saveState(page, "Saved");
  await judge(page, "a new document");
  await partsOf(page).text.click();
  await page.keyboard.insertText(TEXT);
  for (const size of [WIDE, PHONE]) {
    const other = await person(t, { viewport: size });
    await other.goto(address);
    await partsOf(other).text.getByText("tea").click();
    await other.keyboard.press("Shift+Home");
  }
  await until(async () => (await partsOf(page).flags.count()) === 2);
  await judge(page, "three people");
  await page.keyboard.press("Control+f");
  await judge(page, "the find panel");
  await page.keyboard.press("Escape");
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menu").waitFor();
    await judge(page, "the menu", [size]);
    await page.setViewportSize(size);
    await page.keyboard.press("Escape");
  }
  await partsOf(page).share.click();
  await shareOf(page).links.first().waitFor();
  await shareOf(page).dialog.getByText("More options").click();
  await shareOf(page).dialog.getByRole("button", { name: "QR code" }).click();
  await judge(page, "the share dialog");
  await page.keyboard.press("Escape");
  await page.setViewportSize(PHONE);
  await page.getByRole("button", { name: "3 people here" }).click();
  await judge(page, "the people's sheet", [PHONE]);
});

test("[E204] a reader's page, one without a network, one whose role fell and one that was closed have nothing that axe minds", async (t) => {
  const server = await startPageServer(t);
  const { id, ownerToken: token } = await createDocument(server, { content: TEXT });
  const path = `/${id}/links`;
  const link = await answered<CreatedLink>(
    call(server, path, { method: "POST", token, body: { role: "edit" } }),
    201,
  );
  const change = (body: object) =>
    answered(call(server, `${path}/${link.id}`, { method: "PATCH", token, body }));
  const page = await person(t);
  await page.goto(link.url);
  await saveState(page, "Saved");
  await goOffline(page);
  await partsOf(page).text.click();
  await page.keyboard.type("x");
  await judge(page, "offline");
  await goOnline(page);
  await change({ role: "view" });
  await page.getByRole("status", { name: "Notice" }).getByText("read only now").waitFor();
  await judge(page, "read only, with a notice");
  await change({ password: "secret" });
  await page.getByRole("heading", { name: "This link needs a password" }).waitFor();
  await judge(page, "a password is asked for above the text");
  await page.reload();
  await page.getByLabel("Password").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("That is not the password.").waitFor();
  await judge(page, "a wrong password");
  await page.getByLabel("Password").fill("secret");
  await page.keyboard.press("Enter");
  await saveState(page, "Read only");
  const { status } = await call(server, `${path}/${link.id}`, { method: "DELETE", token });
  assert.equal(status, 204);
  await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await judge(page, "a link that was revoked while it was open");
});

test("[E205] kept text, its comparison and the question before it is discarded have nothing that axe minds", async (t) => {
  const server = await startPageServer(t, { env: { MAX_DOC_BYTES: "2000" } });
  const page = await person(t);
  await newDocument(page, server.url);
  await page.keyboard.insertText("too long ".repeat(300));
  const compare = page.getByRole("button", { name: "Compare" });
  await compare.waitFor();
  await judge(page, "kept text");
  await compare.click();
  await page.getByRole("region", { name: "Differences" }).locator("ins").waitFor();
  await judge(page, "the comparison");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByText("for good?").waitFor();
  await judge(page, "the question");
});
