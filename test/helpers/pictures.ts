/**
 * Takes the pictures that the documents show, from a running server: `npm run pictures`.
 * The names, the text and the order of things are always the same; the fonts are the machine's.
 */
import { mkdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import type { CreatedLink } from "#protocol/rest.ts";
import {
  closeBrowser,
  goOffline,
  newDocument,
  partsOf,
  person,
  saveState,
  shareOf,
} from "./browser.ts";
import { startPageServer } from "./page-server.ts";
import { ROOT } from "./program.ts";
import { answered, call } from "./rest.ts";
import { programScope } from "./scope.ts";
import { createDocument, type TestServer } from "./server.ts";
import { until } from "./until.ts";

const FOLDER = `${ROOT}/docs/pictures`;

const TEXT = `# Harbour walk, Sunday

We meet at **nine** by the old crane, and walk *slowly*.
Anna brings tea, Ben brings [the map](https://example.org/map).

## Still to decide

- who takes the dog
- whether to swim
- [ ] what if it rains?

> The sea is always there.
`;

const DESKTOP = { width: 1280, height: 720 };
const WIDE = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };

const scope = programScope();

/** CodeMirror measures a new size 50 ms after it came, and draws the carets with the next frames. */
const drawn = () =>
  new Promise((resolve) => {
    setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 200);
  });

/** Of one state, in light and dark, on each screen. */
async function take(
  page: Page,
  state: string,
  screens: object = { desktop: DESKTOP, phone: PHONE },
) {
  for (const [screen, size] of Object.entries(screens) as [string, typeof DESKTOP][]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(drawn);
      const path = `${FOLDER}/${state}-${screen}-${colorScheme}.png`;
      await page.screenshot({ path, caret: "initial" });
    }
  }
  await page.setViewportSize(DESKTOP);
}

async function named(name: string, address: string): Promise<Page> {
  const page = await person(scope, { viewport: DESKTOP });
  await page.goto(address);
  await partsOf(page).name.fill(name);
  await partsOf(page).name.press("Enter");
  return page;
}

/** At the end of the line that has these words. */
async function write(page: Page, after: string, words: string): Promise<void> {
  await partsOf(page).text.getByText(after).click();
  await page.keyboard.press("End");
  await page.keyboard.type(words);
}

async function together(server: TestServer): Promise<void> {
  const anna = await person(scope, { viewport: DESKTOP });
  await anna.goto(server.url);
  await take(anna, "home");
  const address = await newDocument(anna, server.url);
  await partsOf(anna).name.fill("Anna");
  await partsOf(anna).name.press("Enter");
  await partsOf(anna).text.click();
  await anna.keyboard.insertText(TEXT);
  const ben = await named("Ben", address);
  const chloe = await named("Chloé", address);
  await write(ben, "whether to swim", ", and where");
  await write(chloe, "The sea", " And so are we.");
  await until(async () => (await partsOf(anna).flags.count()) === 2);
  await partsOf(anna).text.getByText("We meet at").click();
  // Otherwise they fade at a moment of their own.
  await anna.addStyleTag({ content: ".cm-person-flag { opacity: 1 !important }" });
  await saveState(anna, "Saved");
  await take(anna, "document", { desktop: DESKTOP, wide: WIDE, phone: PHONE });
  await partsOf(anna).share.click();
  await shareOf(anna).links.first().waitFor();
  await shareOf(anna).link.evaluate((field) => {
    (field as HTMLInputElement).value = "https://quire.example.org/d/k3WvR0aZ8q#Yx7";
  });
  await take(anna, "share");
  await anna.keyboard.press("Escape");
  await goOffline(anna);
  await write(anna, "who takes", " and the picnic");
  await saveState(anna, "Offline – 15 changes");
  await take(anna, "offline");
}

/** What a link that only reads opens, and what it opens once it is revoked. */
async function reading(server: TestServer): Promise<void> {
  const { id, ownerToken: token } = await createDocument(server, { content: TEXT });
  const given = { method: "POST", token, body: { role: "view" } };
  const link = await answered<CreatedLink>(call(server, `/${id}/links`, given), 201);
  const dora = await named("Dora", link.url);
  await saveState(dora, "Read only");
  await take(dora, "read-only");
  await call(server, `/${id}/links/${link.id}`, { method: "DELETE", token });
  await dora.reload();
  await dora.getByRole("heading", { name: "This link no longer works" }).waitFor();
  await take(dora, "refused");
}

try {
  await mkdir(FOLDER, { recursive: true });
  const server = await startPageServer(scope);
  await together(server);
  await reading(server);
} finally {
  await scope.end();
  await closeBrowser();
}
