/**
 * How long a key takes to be seen, in a document of 100 kB: alone or while ten others write
 * in it, with and without the preview beside the text.
 *
 * Measured in the page, from the time stamp that the browser put on `keydown` to the
 * task after the next frame: a message posted in requestAnimationFrame arrives when
 * that frame's styles, layout and paint are done. So it has what the page had to do
 * before the key was looked at, the key itself and all the frame took, and, as nothing
 * can be seen between two frames, half a frame (8 ms) on average of mere waiting. Event
 * Timing would say the same, but rounds to 8 ms and leaves out what took less than 16.
 */
import type { Page } from "playwright-core";
import { partsOf } from "../../test/helpers/browser.ts";
import { start } from "../../test/helpers/program.ts";
import { randomFrom } from "../../test/helpers/random.ts";
import { programScope, type Scope } from "../../test/helpers/scope.ts";
import type { TestDocument } from "../../test/helpers/server.ts";
import { until } from "../../test/helpers/until.ts";
import { pause } from "../clock.ts";
import { largeDocument } from "./large-text.ts";
import { type Quantiles, quantiles } from "./quantiles.ts";
import { type Address, heapOf, linkTo, newVisit, openText } from "./visit.ts";

const KEYS = 300;

/** Between two keys, in milliseconds: from this on and this much longer, as a fluent typist. */
const PAUSE = { least: 60, spread: 80 };

export interface Circumstances {
  /** Ten others write. */
  readonly isCrowded: boolean;
  /** The preview is open beside the text. */
  readonly isPreviewed: boolean;
}

export interface Typing extends Circumstances {
  /** Milliseconds from a key to the frame that shows it. */
  readonly latency: Quantiles;
  /** Bytes of the page's JavaScript heap at the end, after a garbage collection. */
  readonly heap: number;
}

const WATCH = `globalThis.latencies = [];
  addEventListener("keydown", ({ timeStamp }) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => latencies.push(performance.now() - timeStamp);
    requestAnimationFrame(() => port2.postMessage(null));
  }, true);`;

export async function typeIn(server: Address, circumstances: Circumstances): Promise<Typing> {
  const { isCrowded, isPreviewed } = circumstances;
  const scope = programScope();
  try {
    const document = await largeDocument(server);
    if (isCrowded) await bringWriters(scope, server, document);
    const visit = await newVisit(scope);
    await openText(visit, linkTo(server, document));
    if (isPreviewed) await openPreview(visit.page);
    if (isCrowded) await partsOf(visit.page).flags.nth(2).waitFor({ state: "attached" });
    const latency = quantiles(await type(visit.page));
    return { ...circumstances, latency, heap: await heapOf(visit) };
  } finally {
    await scope.end();
  }
}

async function bringWriters(
  scope: Scope,
  { wsUrl }: Address,
  { id, editToken }: TestDocument,
): Promise<void> {
  const writers = new URL("writers.ts", import.meta.url).pathname;
  const crowd = start(scope, [process.execPath, writers, wsUrl, id, editToken], {});
  await until(() => crowd.stdout(), { what: "the others are writing" });
}

async function openPreview(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  await page.getByRole("region", { name: "Preview" }).locator("p").nth(20).waitFor();
}

async function type(page: Page): Promise<number[]> {
  const random = randomFrom(3);
  await partsOf(page).text.locator(".cm-line").nth(2).click();
  await page.evaluate(WATCH);
  for (let n = 0; n < KEYS; n++) {
    await page.keyboard.press(random.int(6) === 0 ? "Space" : "k");
    await pause(PAUSE.least + random.int(PAUSE.spread));
  }
  await page.waitForFunction(`latencies.length === ${KEYS}`);
  return page.evaluate<number[]>("latencies");
}
