/** What the share dialog says of links, in words. Knows no page. */
import type { Link, Role } from "#protocol/rest.ts";
import { ago } from "../ago.ts";

/** As a choice, and beside a link. */
export const ROLE_WORDS: Record<Role, string> = {
  view: "can read",
  comment: "can comment",
  edit: "can edit",
  owner: "owns it",
};

/** For a link without a label as well. */
export function nameOf({ role, label }: Pick<Link, "role" | "label">): string {
  return label || `the link that ${ROLE_WORDS[role]}`;
}

/** Who uses it and what limits it, in the order of interest. */
export function factsOf(link: Link, now = Date.now()): readonly string[] {
  const { connections, lastUsedAt, expiresAt, hasPassword, maxUses, uses } = link;
  const facts: (string | false)[] = [
    lastUsedAt === null ? "never used" : `used ${ago(Date.parse(lastUsedAt), now)}`,
    connections > 0 && `${connections} connected`,
    expiresAt !== null && expiry(expiresAt, now),
    hasPassword && "password",
    maxUses !== null && `${uses} of ${maxUses === 1 ? "1 browser" : `${maxUses} browsers`}`,
  ];
  return facts.filter((fact) => fact !== false);
}

/** Of the link that is offered to be copied. */
export function captionOf(role: Role, limits?: Pick<Link, "hasPassword" | "maxUses">): string {
  const sentences = [`Whoever has this link ${ROLE_WORDS[role]}.`];
  if (limits?.hasPassword) sentences.push("It asks for its password first.");
  if (limits?.maxUses) sentences.push(`It opens in ${browsers(limits.maxUses)}.`);
  return sentences.join(" ");
}

function browsers(count: number): string {
  return count === 1 ? "one browser only" : `${count} browsers only`;
}

function expiry(expiresAt: string, now: number): string {
  const at = new Date(expiresAt);
  const when = at.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return at.getTime() <= now ? `expired ${when}` : `expires ${when}`;
}
