/**
 * Links that open nothing by themselves, because they have a password or are counted: each is
 * exchanged once for a token of this browser, which is kept here and used from then on. The
 * address bar keeps the link, which may be passed on.
 */
import type { ClaimedLink } from "#protocol/rest.ts";
import { asApiError, call } from "./api.ts";
import { recall, remember } from "./browser-storage.ts";

interface Claim {
  /** Kept before it is sent: asked again with it, the server answers the same and counts nothing. */
  readonly key: string;
  /** Undefined until the server has answered. */
  readonly token?: string;
}

/** For a browser that stores nothing: it lasts as long as the tab. */
const inTab = new Map<string, Claim>();

/** What the link was exchanged for. */
export function claimedToken(documentId: string, linkToken: string): string | undefined {
  return claimAt(placeOf(documentId, linkToken))?.token;
}

/**
 * Afterwards the link's document can be opened.
 * @throws ApiError `password` when one is needed, `wrong`, `rate`, `used` when none is left; or
 * that the link or its document has ended.
 */
export async function claimLink(
  documentId: string,
  linkToken: string,
  password?: string,
): Promise<void> {
  const place = placeOf(documentId, linkToken);
  const ask = (key: string) =>
    call<ClaimedLink>(`/documents/${documentId}/claim`, {
      method: "POST",
      token: linkToken,
      body: password === undefined ? {} : { password },
      headers: { "Idempotency-Key": key },
    });
  try {
    await exchange(place, ask);
  } catch (error) {
    if (asApiError(error).reason !== "conflict") throw error;
    // It has no password any more, and opens the document by itself.
    keep(place, undefined);
  }
}

async function exchange(place: string, ask: (key: string) => Promise<ClaimedLink>): Promise<void> {
  const key = claimAt(place)?.key ?? newKey(place);
  try {
    keep(place, { key, token: (await ask(key)).token });
  } catch (error) {
    if (asApiError(error).reason !== "used") throw error;
    // The key's own token may have ended; whether another is left only another key can tell.
    const other = newKey(place);
    keep(place, { key: other, token: (await ask(other)).token });
  }
}

function newKey(place: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(place, { key });
  return key;
}

function placeOf(documentId: string, linkToken: string): string {
  return `quire:claim:${documentId}:${linkToken}`;
}

function keep(place: string, claim: Claim | undefined): void {
  inTab.delete(place);
  if (!remember(place, claim) && claim) inTab.set(place, claim);
}

function claimAt(place: string): Claim | undefined {
  const kept = recall(place);
  return isClaim(kept) ? kept : inTab.get(place);
}

function isClaim(value: unknown): value is Claim {
  const { key, token } = (value ?? {}) as Partial<Record<keyof Claim, unknown>>;
  return typeof key === "string" && (token === undefined || typeof token === "string");
}
