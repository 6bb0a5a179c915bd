/** People in browsers: each has a context of their own, as on a machine of their own. */
import { after } from "node:test";
import type { Scope } from "./scope.ts";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { browserPath, HOW_TO_GET_IT } from "./browser-path.ts";

const ARGUMENTS = [
  // Chromium refuses its sandbox to root.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A name that is no secure context, and needs no network.
  "--host-resolver-rules=MAP quire.test 127.0.0.1",
];

let launching: Promise<Browser> | undefined;

/** For a program that is no test; in a test file it happens by itself. */
export async function closeBrowser(): Promise<void> {
  await (await launching)?.close();
}

// Not in a program: the hook alone would have it print a report of no tests.
if (process.argv[1]?.endsWith(".test.ts")) after(closeBrowser);

/** One browser for all tests of a file. */
function launch(): Promise<Browser> {
  const executablePath = browserPath();
  if (!executablePath) throw new Error(HOW_TO_GET_IT);
  launching ??= chromium.launch({ executablePath, args: ARGUMENTS });
  return launching;
}

/** A page of somebody's; the test fails when the page logs an error that nobody expects. */
export async function person(t: Scope, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await launch()).newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    const isExpected = /WebSocket connection|ERR_|status of 4/.test(text);
    if (message.type() === "error" && !isExpected) errors.push(text);
  });
  t.after(async () => {
    await context.close();
    if (errors.length > 0) throw new Error(`the page reported: ${errors.join("; ")}`);
  });
  return page;
}

/** The parts of the page, by the roles and names that are promised. */
export function partsOf(page: Page) {
  return {
    text: page.getByRole("textbox", { name: "Document text" }),
    title: page.getByRole("textbox", { name: "Title" }),
    name: page.getByRole("textbox", { name: "Your name" }),
    people: page.getByRole("list", { name: "People here" }).getByRole("listitem"),
    save: page.getByRole("status", { name: "Save state" }),
    share: page.getByRole("button", { name: "Share" }),
    flags: page.locator(".cm-person-flag"),
  };
}

/** The parts of the share dialog. */
export function shareOf(page: Page) {
  const dialog = page.getByRole("dialog", { name: "Share", exact: true });
  const links = dialog.getByRole("list", { name: "Links" }).getByRole("listitem");
  return {
    dialog,
    role: dialog.getByRole("combobox", { name: "Role" }),
    create: dialog.getByRole("button", { name: "Create link" }),
    link: dialog.getByRole("textbox", { name: "Link" }),
    copy: dialog.getByRole("button", { name: "Copy link" }),
    links,
    /** Makes a link, with the dialog open, and answers its address. */
    make: async (role: string) => {
      await dialog.getByRole("combobox", { name: "Role" }).selectOption(role);
      await dialog.getByRole("button", { name: "Create link" }).click();
      return dialog.getByRole("textbox", { name: "Link" }).inputValue();
    },
    /** A link in the list, by its label or anything else that is said of it. */
    item: (words: string) =>
      links
        .filter({ has: page.locator(`input[title="${words}"]`) })
        .or(links.filter({ hasText: words })),
  };
}

/** The text of the document as the editor holds it. */
export async function textIn(page: Page): Promise<string> {
  return (await partsOf(page).text.locator(".cm-line").allInnerTexts())
    .map((line) => line.replace(/\n$/, ""))
    .join("\n");
}

/** Makes a document by the home page and answers the address that may be passed on. */
export async function newDocument(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.getByRole("button", { name: "New document" }).click();
  await partsOf(page).text.waitFor();
  return page.url();
}

/** Wait until the save state begins with a word. */
export async function saveState(page: Page, word: string): Promise<void> {
  await page
    .getByRole("status", { name: "Save state" })
    .filter({ hasText: new RegExp(`^${word}`) })
    .waitFor();
}

/** Takes the network away from the page, until it has noticed. */
export async function goOffline(page: Page): Promise<void> {
  await page.context().setOffline(true);
  await saveState(page, "Offline");
}

/** Gives the network back, until everything is saved. */
export async function goOnline(page: Page): Promise<void> {
  await page.context().setOffline(false);
  await saveState(page, "Saved");
}
