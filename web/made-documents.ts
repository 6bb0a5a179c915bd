/** What this browser keeps of a document that it has just made: its owner's token, its link, its place in the list. */
import type { CreatedDocument } from "#protocol/rest.ts";
import { documentAddress } from "./address.ts";
import { keepOwnerToken } from "./owner-tokens.ts";
import { addRecent } from "./recents.ts";
import { rememberLink } from "./share/remembered-links.ts";

/** Answers the address with the edit link, which may be passed on; the owner's token stays in this browser. */
export function keepMade({ id, title, token, links }: CreatedDocument): string {
  keepOwnerToken(id, token);
  const [link] = links;
  if (link) rememberLink(id, link);
  addRecent({ id, title, token: link?.token ?? "", at: Date.now(), role: "owner" });
  return documentAddress(id, link?.token ?? "");
}
