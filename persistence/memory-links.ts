/** The links of the memory store. Copies bytes on their way in and out. */
import type { Claim, FoundLink, LinkChanges, LinkRecord, LinkUse, NewLink } from "./store.ts";
import { StoreError } from "./store-error.ts";

interface Exchanged extends Claim {
  hasEnded: boolean;
}

export class MemoryLinks {
  readonly #links = new Map<string, LinkRecord>();
  #claims: Exchanged[] = [];

  /** @throws StoreError `conflict` when an id or a token is taken, also by another of `links`. */
  demandNew(links: readonly NewLink[]): void {
    const known: NewLink[] = [...this.#links.values()];
    for (const link of links) {
      if (known.some(({ id, tokenHash }) => id === link.id || equal(tokenHash, link.tokenHash))) {
        throw new StoreError("conflict", `link ${link.id} exists`);
      }
      known.push(link);
    }
  }

  add(documentId: string, link: NewLink): void {
    const unused = { uses: 0, claims: 0, lastUsedAt: null, revokedAt: null };
    const record = { ...link, ...unused, documentId };
    this.#links.set(link.id, copy(record));
  }

  find(tokenHash: Uint8Array): Omit<FoundLink, "documentDeletedAt" | "access"> | undefined {
    const link = [...this.#links.values()].find((one) => equal(one.tokenHash, tokenHash));
    if (link) return { ...copy(link), isClaimed: false };
    const claim = this.#claimOf(tokenHash);
    const claimed = claim && this.#links.get(claim.linkId);
    return claimed && { ...copy(claimed), isClaimed: !claim.hasEnded };
  }

  ofDocument(documentId: string): LinkRecord[] {
    const links = [...this.#links.values()].filter(
      (link) => link.documentId === documentId && link.revokedAt === null,
    );
    const byCreation = links.toSorted(
      (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
    );
    return byCreation.map(copy);
  }

  change(documentId: string, linkId: string, changes: LinkChanges): LinkRecord | undefined {
    const link = this.#links.get(linkId);
    if (link?.documentId !== documentId || link.revokedAt !== null) return undefined;
    const named = Object.entries(changes).filter(([, value]) => value !== undefined);
    const changed: LinkRecord = { ...link, ...Object.fromEntries(named) };
    this.#links.set(linkId, changed);
    if (changes.password) this.#endClaims(linkId);
    return copy(this.#links.get(linkId) ?? changed);
  }

  claim(claim: Claim): boolean {
    const known = this.#claimOf(claim.tokenHash);
    if (known) return known.linkId === claim.linkId && !known.hasEnded;
    const link = this.#links.get(claim.linkId);
    if (!link) throw new StoreError("conflict", `there is no link ${claim.linkId}`);
    if (link.maxUses !== null && link.claims >= link.maxUses) return false;
    this.#claims.push({ ...claim, hasEnded: false });
    this.#links.set(link.id, { ...link, claims: link.claims + 1 });
    this.countUses([{ linkId: claim.linkId, count: 0, at: claim.at }]);
    return true;
  }

  countUses(uses: readonly LinkUse[]): void {
    for (const { linkId, count, at } of uses) {
      const link = this.#links.get(linkId);
      if (!link) continue;
      const lastUsedAt = Math.max(link.lastUsedAt ?? 0, at);
      this.#links.set(linkId, { ...link, uses: link.uses + count, lastUsedAt });
    }
  }

  /** With the tokens that they were exchanged for. */
  removeAll(documentId: string): void {
    const ofDocument = (linkId: string) => this.#links.get(linkId)?.documentId === documentId;
    this.#claims = this.#claims.filter(({ linkId }) => !ofDocument(linkId));
    for (const id of this.#links.keys()) if (ofDocument(id)) this.#links.delete(id);
  }

  #endClaims(linkId: string): void {
    for (const claim of this.#claims) claim.hasEnded ||= claim.linkId === linkId;
    const link = this.#links.get(linkId);
    if (link) this.#links.set(linkId, { ...link, claims: 0 });
  }

  #claimOf(tokenHash: Uint8Array): Exchanged | undefined {
    return this.#claims.find((claim) => equal(claim.tokenHash, tokenHash));
  }
}

function copy(link: LinkRecord): LinkRecord {
  return { ...link, tokenHash: new Uint8Array(link.tokenHash) };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
