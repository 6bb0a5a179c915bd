/** An exported page, opened as whoever got it would. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { CreatedDocument } from "#protocol/rest.ts";
import { person } from "../helpers/browser.ts";
import { png } from "../helpers/images.ts";
import { answered, call } from "../helpers/rest.ts";
import { startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

test("[T192] an exported page shows its images and formulas, asks for nothing and runs nothing", async (t) => {
  const server = await startServer(t);
  const image = `data:image/png;base64,${png(5, 40).toString("base64")}`;
  const form = new FormData();
  const source = `<h1>Shown</h1><img src="${image}" alt="own"><img src="https://far.test/x.png" alt="far">
    <p>$e^2$</p>`;
  form.append("file", new Blob([source]), "shown.html");
  const address = `${server.url}/api/documents/import`;
  const { id, token } = await answered<CreatedDocument>(
    fetch(address, { method: "POST", body: form }),
    201,
  );
  const response = await call(server, `/${id}/export?format=html`, { token });
  const file = join(await temporaryFolder(t), "page.html");
  await writeFile(file, await response.text());
  const page = await person(t);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) asked.push(request.url());
  });
  await page.goto(`file://${file}`);
  const width = () =>
    page.getByAltText("own").evaluate((shown: HTMLImageElement) => shown.naturalWidth);
  assert.equal(await width(), 40);
  assert.equal(await page.locator("math msup").count(), 1);
  assert.equal(await page.getByRole("link", { name: "far" }).count(), 1);
  assert.deepEqual(asked, [`file://${file}`]);
});
