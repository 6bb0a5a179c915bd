/** The preview when something fails, hangs or comes late, and what it fetches from elsewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf, person, saveState } from "../helpers/browser.ts";
import { png, upload } from "../helpers/images.ts";
import { previewOf, reads, scene, stubPrinter, visit } from "../helpers/preview.ts";
import { answered } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";
import type { Attachment } from "#protocol/rest.ts";

/** Nests deeper than KaTeX can follow. */
const DEEP = `$${"{".repeat(10_000)}x${"}".repeat(10_000)}$`;

test("[E213] a formula that cannot be drawn stays as it is written, and all else is shown, later and on paper too", async (t) => {
  const { address } = await scene(t, `$a$\n\n${DEEP}\n\nbehind\n`);
  const page = await person(t);
  const { paper, printed } = await stubPrinter(page);
  const region = await reads(page, address);
  await region.locator(".katex-html").first().waitFor();
  await region.getByText("behind").waitFor();
  await previewOf(page).button.click();
  await previewOf(page).button.click();
  await region.getByText("behind").waitFor();
  assert.match((await region.locator(".formula").nth(1).textContent()) ?? "", /^\{{100}/);
  await partsOf(page).text.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("more");
  await region.getByText("more").waitFor();
  await page.keyboard.press("Control+p");
  await printed(1);
  assert.equal(await paper.getByText("behind").count(), 1);
  assert.equal(await paper.locator(".katex-html").count(), 1);
});

test("[E216] images of other sites are fetched once somebody asks for them, in this document, from then on", async (t) => {
  const { server, address } = await scene(t, "");
  const page = await person(t, { serviceWorkers: "block" });
  const asked: string[] = [];
  await page.route("https://elsewhere.example/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "image/png", body: png() });
  });
  const { paper, printed, done } = await stubPrinter(page);
  const region = await reads(page, address);
  await partsOf(page).text.click();
  const far = "https://elsewhere.example/a.png";
  await page.keyboard.insertText(`![far](${far}) ![near](${server.url}/icon.svg)`);
  const show = region.getByRole("button", { name: "Show images from other sites" });
  await show.waitFor();
  const widthOf = (name: string) =>
    region.getByAltText(name).evaluate((image: HTMLImageElement) => image.naturalWidth);
  await until(async () => (await widthOf("near")) > 0);
  await page.keyboard.press("Control+p");
  await printed(1);
  assert.equal(await paper.getByAltText("far").getAttribute("src"), null);
  await done();
  assert.deepEqual(asked, []);
  await show.click();
  await until(async () => (await widthOf("far")) === 16);
  await show.waitFor({ state: "hidden" });
  await saveState(page, "Saved");
  await page.reload();
  await until(async () => (await widthOf("far")) === 16);
  await page.keyboard.press("Control+p");
  await printed(1);
  assert.equal(await paper.getByAltText("far").getAttribute("src"), far);
  const other = await createDocument(server, { content: `![far](${far})` });
  asked.length = 0;
  await visit(page, `${server.url}/d/${other.id}#${other.editToken}`);
  await show.waitFor();
  assert.deepEqual(asked, []);
});

test("[E218] what could not be fetched is fetched once there is a network, with its own words", async (t) => {
  const { server, id, editToken, address } = await scene(t, "");
  const { url } = await answered<Attachment>(upload(server, id, editToken, png()), 201);
  const page = await person(t, { serviceWorkers: "block" });
  let isThere = false;
  const withhold = (pattern: string) =>
    page.route(pattern, (route) => (isThere ? route.continue() : route.abort()));
  await withhold("**/assets/katex*");
  await withhold(`**${url}`);
  const region = await reads(page, address);
  await partsOf(page).text.click();
  await page.keyboard.insertText(`$x^2$\n\n![photo](${url})`);
  const image = region.getByRole("img");
  await region.getByAltText("photo – This image cannot be loaded.").waitFor();
  assert.equal(await region.locator(".katex-html").count(), 0);
  isThere = true;
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await until(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth === 16));
  assert.equal(await image.getAttribute("alt"), "photo");
  const formula = region.locator(".katex").first();
  await formula.waitFor();
  assert.match(await formula.evaluate((element) => getComputedStyle(element).fontFamily), /KaTeX/);
});
