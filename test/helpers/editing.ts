/** Writing in the browser: the keys that come with the comforts, and clipboards of other programs. */
import type { BrowserContextOptions, Page } from "playwright-core";
import type { Scope } from "./scope.ts";
import { partsOf, person, saveState } from "./browser.ts";
import { startPageServer } from "./page-server.ts";
import { createDocument, exportText, type TestServer } from "./server.ts";

/** A page that stands in a text, at its end, with everything loaded that writing is easier with. */
export async function writer(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await saveState(page, "Saved");
  await page.locator(".cm-content[aria-keyshortcuts]").waitFor();
  await partsOf(page).text.focus();
  await page.keyboard.press("Control+End");
}

/** One person in a new document, and the text that the server has. */
export async function writing(t: Scope, content = "", options: BrowserContextOptions = {}) {
  const server = await startPageServer(t);
  const document = await createDocument(server, { content });
  const address = addressOf(server, document);
  const page = await person(t, options);
  await writer(page, address);
  return { server, document, address, page, stored: () => exportText(server, document) };
}

function addressOf(
  server: TestServer,
  { id, editToken }: { id: string; editToken: string },
): string {
  return `${server.url}/d/${id}#${editToken}`;
}

/** Pastes what another program would have put into the clipboard, by type, after the key for it or by the mouse. */
export async function paste(
  page: Page,
  data: Readonly<Record<string, string>>,
  { withShift = false, byMouse = false } = {},
): Promise<void> {
  await partsOf(page).text.evaluate(
    (content, { entries, shiftKey, hasKey }) => {
      const clipboardData = new DataTransfer();
      for (const [type, value] of Object.entries(entries)) clipboardData.setData(type, value);
      const always = { bubbles: true, cancelable: true };
      const keydown = { key: "v", ctrlKey: true, shiftKey, ...always };
      if (hasKey) content.dispatchEvent(new KeyboardEvent("keydown", keydown));
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, ...always }));
    },
    { entries: data, shiftKey: withShift, hasKey: !byMouse },
  );
}

/** The menu of the document, with one of its items pressed. */
export async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menu").getByText(item, { exact: true }).click();
}
