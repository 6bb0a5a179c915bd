/** A first visit to an empty document: what is fetched, and how long it takes until one can write. */
import { programScope } from "../../test/helpers/scope.ts";
import { createDocument } from "../../test/helpers/server.ts";
import { quantiles } from "./quantiles.ts";
import { type Address, linkTo, newVisit, openText, type Visit } from "./visit.ts";

/** Each by a browser that was never here: nothing is cached, no worker is there. */
const VISITS = 5;

export interface FirstVisit {
  /** Over HTTP until the first letter is seen, headers included, as they travel; median. */
  readonly bytes: number;
  /** Median of the milliseconds from the start of the navigation to the frame with the letter. */
  readonly firstKeyMs: number;
}

/** From the start of the navigation to the frame that shows a letter; see `typing-latency.ts`. */
const WATCH = `globalThis.firstLetter = new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(performance.now());
  const look = () => {
    if (document.querySelector(".cm-line")?.textContent.startsWith("x")) port2.postMessage(null);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});`;

export async function firstVisit(server: Address): Promise<FirstVisit> {
  const visits: FirstVisit[] = [];
  for (let n = 0; n < VISITS; n++) visits.push(await visitOnce(server));
  return {
    bytes: quantiles(visits.map(({ bytes }) => bytes)).p50,
    firstKeyMs: quantiles(visits.map(({ firstKeyMs }) => firstKeyMs)).p50,
  };
}

async function visitOnce(server: Address): Promise<FirstVisit> {
  const scope = programScope();
  const visit = await newVisit(scope);
  const bytes = await countBytes(visit);
  await visit.page.addInitScript(WATCH);
  await openText(visit, linkTo(server, await createDocument(server)));
  await visit.page.keyboard.press("x");
  const firstKeyMs = await visit.page.evaluate<number>("firstLetter");
  const found = { bytes: bytes(), firstKeyMs };
  await scope.end();
  return found;
}

async function countBytes({ devtools }: Visit): Promise<() => number> {
  let bytes = 0;
  await devtools.send("Network.enable");
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  return () => bytes;
}
