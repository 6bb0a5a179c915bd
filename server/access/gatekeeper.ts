/**
 * Turns tokens from outside into grants by asking the store, the same for REST and
 * sockets, and keeps those that are in use up to date: whoever holds one hears within
 * a second what became of its link. Knows no socket and no HTTP.
 */
import type { FoundLink, Store } from "../../persistence/store.ts";
import { AppError } from "../errors.ts";
import { type Circumstances, type Grant, grantOf } from "./access.ts";
import type { LinkUses } from "./link-uses.ts";
import { hashToken } from "./token.ts";

/** `setTimeout` takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Somebody who uses a grant for longer than one answer. */
export interface Holder {
  /** The link says something else now. */
  granted(grant: Grant): void;
  /** It opens nothing any more. */
  refuse(error: AppError): void;
}

/** A grant with what is needed to ask again. */
export interface Admission {
  readonly grant: Grant;
  readonly tokenHash: Uint8Array;
  /** How many links had changed when it was made. */
  readonly changes: number;
  /** As the store's `Head` had it then. */
  readonly access: number;
}

/** What the store says of a token. */
interface Lookup {
  readonly link: FoundLink | undefined;
  readonly tokenHash: Uint8Array;
  /** How many links had changed when it was asked. */
  readonly changes: number;
}

interface Held {
  admission: Admission;
  readonly holder: Holder;
  expiry: NodeJS.Timeout | undefined;
}

export class Gatekeeper {
  readonly #store: Pick<Store, "findLink">;
  readonly #uses: Pick<LinkUses, "seen">;
  readonly #now: () => number;
  readonly #tellOthers: (documentId: string) => void;
  readonly #held = new Map<string, Set<Held>>();
  /** Under way, by token: many who come at once by one link are one question. */
  readonly #lookups = new Map<string, Promise<Lookup>>();
  #changes = 0;

  /** @param tellOthers Has the gatekeepers of other nodes do the same, if there are any. */
  constructor(
    store: Pick<Store, "findLink">,
    uses: Pick<LinkUses, "seen">,
    now: () => number,
    tellOthers: (documentId: string) => void = () => undefined,
  ) {
    this.#store = store;
    this.#uses = uses;
    this.#now = now;
    this.#tellOthers = tellOthers;
  }

  /** @throws AppError `token` without a token, and what `grantOf` throws. */
  async admit(
    documentId: string,
    token: string | undefined,
    given: Omit<Circumstances, "now"> = {},
  ): Promise<Admission> {
    if (!token) throw new AppError("token", "Open the document by a link that holds a token.");
    const lookup = await this.#lookUpOnce(token);
    const admission = this.#admission(documentId, lookup, given);
    this.#uses.seen(admission.grant.linkId, this.#now());
    return admission;
  }

  /** Tell the holder what becomes of its grant, until the answer is called. */
  hold(admission: Admission, holder: Holder): () => void {
    const held: Held = { admission, holder, expiry: undefined };
    const { linkId } = admission.grant;
    const ofLink = this.#held.get(linkId) ?? new Set();
    this.#held.set(linkId, ofLink.add(held));
    this.#awaitExpiry(held);
    // A link changed between the look and this: whether it was this one, only the store knows.
    if (admission.changes !== this.#changes) void this.#check(held);
    return () => {
      clearTimeout(held.expiry);
      ofLink.delete(held);
      if (ofLink.size === 0 && this.#held.get(linkId) === ofLink) this.#held.delete(linkId);
    };
  }

  /** How many hold a grant by this link. */
  holdersOf(linkId: string): number {
    return this.#held.get(linkId)?.size ?? 0;
  }

  /** Documents whose links somebody holds a grant by. */
  get documentIds(): ReadonlySet<string> {
    return new Set(this.#all().map(({ admission: { grant } }) => grant.documentId));
  }

  /** The store has something new to say of this link: all its holders are told. */
  async changed(documentId: string, linkId: string): Promise<void> {
    this.#tellOthers(documentId);
    this.#outdate();
    await Promise.all([...(this.#held.get(linkId) ?? [])].map((held) => this.#check(held)));
  }

  /** The store has something new to say of all links of this document. */
  async documentChanged(documentId: string): Promise<void> {
    this.#tellOthers(documentId);
    await this.changedElsewhere(documentId);
  }

  /** The same, of which another node has told. */
  async changedElsewhere(documentId: string): Promise<void> {
    this.#outdate();
    const held = this.#all().filter(({ admission: { grant } }) => grant.documentId === documentId);
    await Promise.all(held.map((each) => this.#check(each)));
  }

  /**
   * Finds what nobody has told: all whose grant was made before something changed are looked at.
   * @param access Of documents, as the store's `Head` has it; one that is missing is gone.
   */
  async compare(access: ReadonlyMap<string, number>): Promise<void> {
    const outdated = this.#all().filter(
      ({ admission: { grant, access: known } }) => access.get(grant.documentId) !== known,
    );
    if (outdated.length > 0) this.#outdate();
    await Promise.all(outdated.map((each) => this.#check(each)));
  }

  #all(): Held[] {
    return [...this.#held.values()].flatMap((ofLink) => Array.from(ofLink));
  }

  /** What was asked before says nothing to who comes from now on. */
  #outdate(): void {
    this.#changes += 1;
    this.#lookups.clear();
  }

  #lookUpOnce(token: string): Promise<Lookup> {
    const underWay = this.#lookups.get(token);
    if (underWay) return underWay;
    const lookup = this.#lookUp(hashToken(token)).finally(() => {
      if (this.#lookups.get(token) === lookup) this.#lookups.delete(token);
    });
    this.#lookups.set(token, lookup);
    return lookup;
  }

  async #lookUp(tokenHash: Uint8Array): Promise<Lookup> {
    const changes = this.#changes;
    return { link: await this.#store.findLink(tokenHash), tokenHash, changes };
  }

  #admission(
    documentId: string,
    { link, tokenHash, changes }: Lookup,
    given: Omit<Circumstances, "now"> = {},
  ): Admission {
    const grant = grantOf(documentId, link, { ...given, now: this.#now() });
    return { grant, tokenHash, changes, access: link?.access ?? 0 };
  }

  async #check(held: Held): Promise<void> {
    const { admission, holder } = held;
    try {
      const lookup = await this.#lookUp(admission.tokenHash);
      held.admission = this.#admission(admission.grant.documentId, lookup);
    } catch (error) {
      return holder.refuse(asRefusal(error));
    }
    this.#awaitExpiry(held);
    holder.granted(held.admission.grant);
  }

  #awaitExpiry(held: Held): void {
    clearTimeout(held.expiry);
    const { expiresAt } = held.admission.grant;
    if (expiresAt === null) return;
    const wait = Math.max(0, expiresAt - this.#now());
    held.expiry = setTimeout(() => void this.#check(held), Math.min(wait, LONGEST_TIMER_MS));
    held.expiry.unref();
  }
}

/** What cannot be looked up is not granted: whoever it was connects again and is looked up anew. */
function asRefusal(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError("overload", "Access cannot be checked at the moment.", { cause });
}
