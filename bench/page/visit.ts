/** One person's browser on one document, and what Chromium itself tells about the page. */
import type { CDPSession, Page } from "playwright-core";
import { partsOf, person } from "../../test/helpers/browser.ts";
import type { Scope } from "../../test/helpers/scope.ts";
import type { TestDocument, TestServer } from "../../test/helpers/server.ts";

/** Where the server listens. */
export type Address = Pick<TestServer, "url" | "wsUrl">;

export interface Visit {
  readonly page: Page;
  readonly devtools: CDPSession;
}

/** A browser that was never here, on no page yet. */
export async function newVisit(scope: Scope): Promise<Visit> {
  const page = await person(scope);
  return { page, devtools: await page.context().newCDPSession(page) };
}

/** The address that may be passed on. */
export function linkTo({ url }: Address, { id, editToken }: TestDocument): string {
  return `${url}/d/${id}#${editToken}`;
}

/** Goes to the document and waits until one can type. */
export async function openText({ page }: Visit, link: string): Promise<void> {
  await page.goto(link, { waitUntil: "commit" });
  await partsOf(page).text.and(page.locator("[contenteditable=true]")).waitFor();
}

/** Bytes of JavaScript objects that are in use, without what only waits for its collection. */
export async function heapOf({ devtools }: Visit): Promise<number> {
  await devtools.send("Performance.enable");
  await devtools.send("HeapProfiler.collectGarbage");
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN;
}
