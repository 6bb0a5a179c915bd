/** The preview in a browser, and a printer that only notes that it was asked. */
import type { Page } from "playwright-core";
import { saveState } from "./browser.ts";
import { startPageServer } from "./page-server.ts";
import type { Scope } from "./scope.ts";
import { createDocument } from "./server.ts";
import { until } from "./until.ts";

export function previewOf(page: Page) {
  return {
    button: page.getByRole("button", { name: "Preview" }),
    region: page.getByRole("region", { name: "Preview" }),
  };
}

/** A document with a text, and the address that lets others write in it. */
export async function scene(t: Scope, content: string, language?: string) {
  const server = await startPageServer(t);
  const document = await createDocument(server, { content, language });
  return { server, ...document, address: `${server.url}/d/${document.id}#${document.editToken}` };
}

export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await saveState(page, "Saved");
}

/** With the preview open. */
export async function reads(page: Page, address: string) {
  await visit(page, address);
  await previewOf(page).button.click();
  return previewOf(page).region;
}

/** Before the page is opened. */
export async function stubPrinter(page: Page) {
  await page.addInitScript(`
    globalThis.prints = 0;
    globalThis.print = () => { prints += 1; };
    globalThis.readers = 0;
    globalThis.Worker = class extends Worker {
      constructor(...given) { super(...given); readers += 1; }
    };
  `);
  const count = () => page.evaluate<number>("globalThis.prints");
  return {
    /** How many workers were started; a paper that is prepared takes one. */
    readers: () => page.evaluate<number>("globalThis.readers"),
    paper: page.locator(".paper"),
    /** Waits until so many were printed. */
    printed: (wanted: number) =>
      until(async () => (await count()) === wanted, { what: "it is printed", timeoutMs: 40_000 }),
    /** The browser's own dialog is closed. */
    done: () => page.evaluate(() => dispatchEvent(new Event("afterprint"))),
  };
}
