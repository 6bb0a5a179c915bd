/**
 * What the share dialog knows while it is open: the link of the address bar, and for the owner
 * all links of the document, asked for anew every few seconds. Knows no component.
 */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Link } from "#protocol/rest.ts";
import type { Role } from "#protocol/roles.ts";
import { asApiError, readMetadata } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import {
  changeLink,
  createLink,
  listLinks,
  type NewLink,
  type Owned,
  revokeLink,
} from "./link-calls.ts";
import { forgetLink, rememberLink } from "./remembered-links.ts";

/** The list is asked for this often, in milliseconds. */
const REFRESH_MS = 3000;

/** The link in the address bar, as far as it is known. */
export interface AddressLink {
  /** It can be passed on. */
  readonly works: boolean;
  /** Undefined while it has not been asked, and for a link that opens nothing by itself. */
  readonly role: Role | undefined;
}

export interface MadeLink {
  readonly id: string;
  readonly url: string;
}

/** Reasons for which a link is good and only this token of it is not enough. */
const GOOD_REASONS: ReadonlySet<string> = new Set(["password", "claim"]);

/** Reasons that say nothing about the link. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  "unreachable",
  "internal",
  "overload",
  "restart",
  "rate",
]);

export class Sharing {
  readonly #open: OpenDocument;
  readonly #owned: Owned | undefined;
  readonly #links = signal<readonly Link[] | undefined>(undefined);
  readonly #made = signal<readonly MadeLink[]>([]);
  readonly #address = signal<AddressLink>({ works: true, role: undefined });
  readonly #problem = signal("");
  readonly #listProblem = signal("");
  /** Counts what was changed from here: an answer that was asked for before is old. */
  #changes = 0;

  /** @param ownerToken undefined for everybody else. */
  constructor(open: OpenDocument, ownerToken: string | undefined) {
    this.#open = open;
    this.#owned = ownerToken === undefined ? undefined : { id: open.id, token: ownerToken };
  }

  /** Newest first; undefined until they are known. */
  get links(): ReadonlySignal<readonly Link[] | undefined> {
    return this.#links;
  }

  get address(): ReadonlySignal<AddressLink> {
    return this.#address;
  }

  /** Those made since the dialog opened, newest first. */
  get made(): ReadonlySignal<readonly MadeLink[]> {
    return this.#made;
  }

  /** Why the last thing could not be done: a sentence; empty when it was. */
  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  /** Why the list may be old. */
  get listProblem(): ReadonlySignal<string> {
    return this.#listProblem;
  }

  /** Asks at once and from then on, until the answer is called. */
  watch(): () => void {
    void this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void this.refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }

  async refresh(): Promise<void> {
    const changes = this.#changes;
    const isCurrent = () => changes === this.#changes;
    await Promise.all([this.#askAddress(isCurrent), this.#askLinks(isCurrent)]);
  }

  /** Whether it was made; if not, `problem` says why. */
  create(link: NewLink): Promise<boolean> {
    return this.#change(async (owned) => {
      const { token, url, ...made } = await createLink(owned, link);
      rememberLink(owned.id, { id: made.id, url });
      // The address bar holds a link that may be passed on, whatever was revoked.
      const opens = !made.hasPassword && made.maxUses === null;
      if (!this.#address.peek().works && opens) this.#passOn(token, made.role);
      batch(() => {
        this.#made.value = [{ id: made.id, url }, ...this.#made.peek()];
        this.#links.value = [made, ...(this.#links.peek() ?? [])];
      });
    });
  }

  change({ id }: Link, changes: Parameters<typeof changeLink>[2]): Promise<boolean> {
    return this.#change(async (owned) => {
      const changed = await changeLink(owned, id, changes);
      this.#links.value = this.#links.peek()?.map((link) => (link.id === id ? changed : link));
    });
  }

  revoke({ id }: Link): Promise<boolean> {
    return this.#change(async (owned) => {
      await revokeLink(owned, id);
      forgetLink(owned.id, id);
      this.#links.value = this.#links.peek()?.filter((link) => link.id !== id);
    });
  }

  async #change(act: (owned: Owned) => Promise<void>): Promise<boolean> {
    if (!this.#owned) return false;
    try {
      await act(this.#owned);
      this.#problem.value = "";
      return true;
    } catch (error) {
      this.#problem.value = asApiError(error).message;
      return false;
    } finally {
      this.#changes += 1;
      void this.refresh();
    }
  }

  #passOn(linkToken: string, role: Role): void {
    this.#open.passOn(linkToken);
    this.#address.value = { works: true, role };
  }

  /** The owner asks by the link itself, everybody else by what they have of it. */
  async #askAddress(isCurrent: () => boolean): Promise<void> {
    const { id, linkToken } = this.#open;
    const token = this.#owned ? linkToken.peek() : this.#open.token();
    try {
      const { role } = await readMetadata(id, token);
      if (isCurrent()) this.#tellAddress({ works: true, role });
    } catch (error) {
      const { reason } = asApiError(error);
      if (!isCurrent() || NO_ANSWER.has(reason)) return;
      this.#tellAddress({ works: GOOD_REASONS.has(reason), role: undefined });
    }
  }

  #tellAddress(address: AddressLink): void {
    const { works, role } = this.#address.peek();
    if (works !== address.works || role !== address.role) this.#address.value = address;
  }

  async #askLinks(isCurrent: () => boolean): Promise<void> {
    if (!this.#owned) return;
    try {
      const links = await listLinks(this.#owned);
      if (!isCurrent()) return;
      this.#links.value = links.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
      this.#listProblem.value = "";
    } catch (error) {
      if (isCurrent()) this.#listProblem.value = asApiError(error).message;
    }
  }
}
