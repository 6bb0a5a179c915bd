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
import { type CrowdedTyping, typingAmongWriters } from "./typing-latency.ts";
import { type Address, heapOf, linkTo, newVisit, openText } from "./visit.ts";

/** All that `measurePage` finds out. */
export interface PageFigures {
  readonly firstVisit: FirstVisit;
  /** Bytes of the page's JavaScript heap with an empty document, after a garbage collection. */
  readonly emptyHeap: number;
  /** In a document of 100 kB, while ten others write in it. */
  readonly typing: CrowdedTyping;
}

/** Takes about a minute; leaves no process and no file behind. */
export async function measurePage(): Promise<PageFigures> {
  const scope = programScope();
  try {
    const server = await addressOf(startMain(scope, await temporaryFolder(scope), UNLIMITED));
    return {
      firstVisit: await firstVisit(server),
      emptyHeap: await heapOfEmpty(server),
      typing: await typingAmongWriters(server),
    };
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
