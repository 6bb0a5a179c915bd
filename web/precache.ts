/**
 * Which files of a build the service worker does without until they are used: whole packages
 * that many a document never needs. What the page's own parts need is fetched with the page.
 */
import { filesOf, FIRST_LOAD, type Manifest } from "./build-manifest.ts";

/** Packages that are a small part of the page, though they are chunks of their own. */
const OWN = /\/node_modules\/(?:uqr|diff)\//;

/** What is reached through other packages only. */
export function keptWhenUsed(manifest: Manifest): Set<string> {
  const filesBehind = (some: readonly string[]) => some.flatMap((each) => filesOf(manifest, each));
  const sources = Object.keys(manifest);
  const ownParts = sources.filter((each) => manifest[each]?.isDynamicEntry && !isForeign(each));
  const own = new Set(filesBehind([FIRST_LOAD, ...ownParts]));
  return new Set(filesBehind(sources.filter(isForeign)).filter((file) => !own.has(file)));
}

function isForeign(source: string): boolean {
  return source.includes("node_modules/") && !OWN.test(source);
}
