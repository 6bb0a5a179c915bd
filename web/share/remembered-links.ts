/** The links that were made in this browser: the server keeps only hashes, so only here can they be copied once more. */
import type { CreatedLink } from "#protocol/rest.ts";
import { recall, remember } from "../browser-storage.ts";

const key = (documentId: string) => `quire:links:${documentId}`;

/** Absolute addresses by the ids of their links. */
export function rememberedLinks(documentId: string): ReadonlyMap<string, string> {
  const kept = recall(key(documentId));
  const entries = Object.entries(typeof kept === "object" && kept !== null ? kept : {});
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export function rememberLink(
  documentId: string,
  { id, url }: Pick<CreatedLink, "id" | "url">,
): void {
  store(documentId, new Map(rememberedLinks(documentId)).set(id, url));
}

export function forgetLink(documentId: string, linkId: string): void {
  const others = new Map(rememberedLinks(documentId));
  if (others.delete(linkId)) store(documentId, others);
}

function store(documentId: string, links: ReadonlyMap<string, string>): void {
  remember(key(documentId), Object.fromEntries(links));
}
