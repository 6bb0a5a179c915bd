/** Reads the form of a new link. Knows no page. */
import type { NewLink, SharedRole } from "./link-calls.ts";

/** What was left empty does not limit the link. */
export function newLinkFrom(role: SharedRole, form: FormData): NewLink {
  const given = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const expiresAt = given("expiresAt");
  const maxUses = given("maxUses");
  return {
    role,
    label: given("label"),
    password: given("password"),
    // The field has the time of this place.
    expiresAt: expiresAt && new Date(expiresAt).toISOString(),
    maxUses: maxUses === undefined ? undefined : Number(maxUses),
  };
}
