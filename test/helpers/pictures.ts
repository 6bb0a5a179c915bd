/** Takes the pictures that the documents show, from a running server: `npm run pictures`. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { closeBrowser, newDocument, partsOf, person } from "./browser.ts";
import { startPageServer } from "./page-server.ts";
import { ROOT } from "./program.ts";
import { programScope } from "./scope.ts";
import { until } from "./until.ts";

const TEXT = `# Harbour walk, Sunday

We meet at **nine** by the old crane, and walk *slowly*.
Anna brings tea, Ben brings [the map](https://example.org/map).

## Still to decide

- who takes the dog
- whether to swim
- [ ] what if it rains?

> The sea is always there.
`;

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 720 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
};

const scope = programScope();

async function rename(page: Page, name: string): Promise<void> {
  await partsOf(page).name.fill(name);
  await partsOf(page).name.press("Enter");
}

async function main(): Promise<void> {
  const server = await startPageServer(scope);
  const anna = await person(scope, DESKTOP);
  const ben = await person(scope, { ...DESKTOP, colorScheme: "dark" });
  await anna.goto(server.url);
  await anna.screenshot({ path: `${ROOT}/docs/home.png` });
  const address = await newDocument(anna, server.url);
  await rename(anna, "Anna");
  await partsOf(anna).text.click();
  await anna.keyboard.insertText(TEXT);
  await ben.goto(address);
  await rename(ben, "Ben");
  await partsOf(ben).text.getByText("whether to swim").click();
  await ben.keyboard.press("End");
  await ben.keyboard.type(", and where");
  await partsOf(anna).flags.filter({ hasText: "Ben" }).waitFor();
  await anna.screenshot({ path: `${ROOT}/docs/document.png` });
  await partsOf(anna).text.getByText("We meet at").click();
  await partsOf(ben).flags.filter({ hasText: "Anna" }).waitFor();
  await ben.screenshot({ path: `${ROOT}/docs/document-dark.png` });
  const phone = await person(scope, PHONE);
  await phone.goto(address);
  await until(async () => (await partsOf(phone).flags.count()) === 2);
  await phone.screenshot({ path: `${ROOT}/docs/document-phone.png` });
}

try {
  await main();
} finally {
  await scope.end();
  await closeBrowser();
}
