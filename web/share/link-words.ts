/** What the share dialog says of links, in words. Knows no page. */
import type { Link } from "#protocol/rest.ts";
import type { Role } from "#protocol/roles.ts";
import { ago } from "../ago.ts";
import { words } from "../words/words.ts";

/** For a link without a label as well. */
export function nameOf({ role, label }: Pick<Link, "role" | "label">): string {
  return label || words.value.share.theLink(role);
}

/** Who uses it and what limits it, in the order of interest. */
export function factsOf(link: Link, now = Date.now()): readonly string[] {
  const { connections, lastUsedAt, expiresAt, hasPassword, maxUses, uses } = link;
  const { share } = words.value;
  const facts: (string | false)[] = [
    lastUsedAt === null ? share.neverUsed : share.used(ago(Date.parse(lastUsedAt), now)),
    connections > 0 && share.connected(connections),
    expiresAt !== null && expiry(expiresAt, now),
    hasPassword && share.hasPassword,
    maxUses !== null && share.uses(uses, maxUses),
  ];
  return facts.filter((fact) => fact !== false);
}

/** Of the link that is offered to be copied. */
export function captionOf(role: Role, limits?: Pick<Link, "hasPassword" | "maxUses">): string {
  return words.value.share.caption(role, limits?.hasPassword ?? false, limits?.maxUses ?? null);
}

function expiry(expiresAt: string, now: number): string {
  const { locale, share } = words.value;
  const at = new Date(expiresAt);
  const when = at.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return at.getTime() <= now ? share.expiredAt(when) : share.expiresAt(when);
}
