/**
 * What the page costs whoever opens it: a real Chromium against the program as a
 * user starts it, both on this machine. The page must be built already.
 */
import { closeBrowser } from "../../test/helpers/browser.ts";
import { addressOf, startMain } from "../../test/helpers/program.ts";
import { programScope } from "../../test/helpers/scope.ts";
import { createDocument } from "../../test/helpers/server.ts";
import { temporaryFolder } from "../../test/helpers/temporary.ts";
import { UNLIMITED } from "../../test/helpers/unlimited.ts";
import { type FirstVisit, firstVisit } from "./first-visit.ts";
import { typeIn, type Typing } from "./typing-latency.ts";
import { type Address, heapOf, linkTo, newVisit, openText } from "./visit.ts";

/** All that `measurePage` finds out. */
export interface PageFigures {
  readonly firstVisit: FirstVisit;
  /** Bytes of the page's JavaScript heap with an empty document, after a garbage collection. */
  readonly emptyHeap: number;
  /** In a document of 100 kB, each way once. */
  readonly typing: readonly Typing[];
}

const WAYS = [
  { isCrowded: false, isPreviewed: false },
  { isCrowded: false, isPreviewed: true },
  { isCrowded: true, isPreviewed: false },
  { isCrowded: true, isPreviewed: true },
];

/** Takes about three minutes; leaves no process and no file behind. */
export async function measurePage(): Promise<PageFigures> {
  const scope = programScope();
  try {
    const server = await addressOf(startMain(scope, await temporaryFolder(scope), UNLIMITED));
    const visit = await firstVisit(server);
    const emptyHeap = await heapOfEmpty(server);
    const typing: Typing[] = [];
    for (const way of WAYS) typing.push(await typeIn(server, way));
    return { firstVisit: visit, emptyHeap, typing };
  } finally {
    await scope.end();
    await closeBrowser();
  }
}

async function heapOfEmpty(server: Address): Promise<number> {
  const scope = programScope();
  const visit = await newVisit(scope);
  await openText(visit, linkTo(server, await createDocument(server)));
  const bytes = await heapOf(visit);
  await scope.end();
  return bytes;
}
