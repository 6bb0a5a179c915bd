/** The page that shows the API: nothing comes from elsewhere, and what it shows can be called. */
import assert from "node:assert/strict";
import { createServer, request as ask } from "node:http";
import { type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { describeApi } from "../../server/rest/openapi.ts";
import { person } from "../helpers/browser.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";

/** A proxy that knows the server by `/quire` alone. */
async function behindPath(t: TestContext, { url }: TestServer): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url: path = "" } = incoming;
    const target = path.startsWith("/quire/") ? path.slice("/quire".length) : "/nothing";
    const onward = ask(url + target, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  t.after(() => proxy.closeAllConnections());
  return `http://quire.test:${(proxy.address() as { port: number }).port}/quire`;
}

/** Everything the page asks for, but what it has within itself. */
function asked(page: Page): string[] {
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  return urls;
}

async function open(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/api/docs`);
  await page.getByRole("heading", { name: /^Quire/ }).waitFor();
}

test("[T105] the page shows every call, asks no other host for anything, and reports no error", async (t) => {
  const server = await startServer(t);
  const page = await person(t);
  const urls = asked(page);
  await open(page, server.url);
  const count = Object.values(describeApi().paths ?? {}).flatMap((item) => Object.keys(item));
  assert.equal(await page.locator(".opblock").count(), count.length);
  await page
    .getByRole("button", { name: /Make a link/ })
    .first()
    .click();
  await page.getByText("is sent as", { exact: false }).first().waitFor();
  const elsewhere = urls.filter(
    (url) => !url.startsWith(`${server.url}/`) && !/^(data|blob):/.test(url),
  );
  assert.deepEqual(elsewhere, []);
});

test("[T106] a call is made with the token that was put in, on plain http and below the path of a proxy too", async (t) => {
  const server = await startServer(t);
  const { id, ownerToken } = await createDocument(server, { title: "Shown by the docs" });
  for (const base of [server.url, await behindPath(t, server)]) {
    const page = await person(t);
    await open(page, base);
    await page.getByRole("button", { name: "Authorize" }).first().click();
    const dialog = page.locator(".modal-ux");
    await dialog.locator("input").first().fill(ownerToken);
    await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    const call = page.locator("#operations-Documents-readMetadataOfDocument");
    await call.getByRole("button").first().click();
    await call.getByRole("button", { name: "Try it out" }).click();
    await call.getByPlaceholder("id").fill(id);
    await call.getByRole("button", { name: "Execute" }).click();
    await call.getByText("Shown by the docs").first().waitFor();
    const called = await call.locator(".request-url").innerText();
    assert.ok(called.endsWith(`${base}/api/documents/${id}`), called);
  }
});

test("[T107] the page is dark where the device is", async (t) => {
  const server = await startServer(t);
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await person(t, { colorScheme });
    await open(page, server.url);
    const ground = await page.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor,
    );
    assert.equal(ground === "rgb(28, 32, 34)", colorScheme === "dark", ground);
  }
});
