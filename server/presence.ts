/**
 * Who is in a room: awareness entries (y-protocols/awareness), kept and passed
 * on as the bytes they came in. An entry belongs to the participant that
 * introduced its client id; nobody else can change or remove it.
 *
 * Receivers ignore an entry whose clock is not above the last they saw of that
 * client, so a client that comes back is raised above its own removal.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { MalformedFrame } from "#protocol/frames.ts";

/** How long a departed client's clock is remembered, in milliseconds. */
const RELEASED_MS = 60_000;

/** What a client says of itself that leaves. */
export const GONE = "null";

/** What one client may say of itself, as UTF-16 code units of JSON: room for a selection in every editor there is. */
const LONGEST_STATE = 64 * 1024;

/** Its clock stays below: the server raises it by one now and then, and numbers end at 2^53. */
const CLOCK_LIMIT = 2 ** 52;

/** Entries in one message of a client: stock clients send back all they know of the others. */
const MOST_ENTRIES = 2000;

/** Departed clients that are remembered. */
const MOST_RELEASED = 10_000;

/** Who somebody is to the server. Stands as `access` in each state that has a `user`, whatever the client wrote there. */
export interface Identity {
  readonly role: string;
  /** Of the link; may be empty. */
  readonly label: string;
}

/** What somebody says of itself. */
export interface Announcement {
  readonly clientId: number;
  readonly clock: number;
  /** JSON. */
  readonly said: string;
}

interface PresenceEntry {
  readonly clientId: number;
  /** Its owner is connected here, and not to another node. */
  readonly isOurs: boolean;
  /** Last clock its owner sent. */
  received: number;
  /** Last clock the others were given. */
  given: number;
  /** JSON, as its owner sent it. */
  said: string;
  /** The same, with the owner's identity: what the others are given. */
  state: string;
}

interface Owned {
  /** Undefined until the owner has announced itself. */
  entry: PresenceEntry | undefined;
  readonly joinedAt: number;
  announcedBefore: boolean;
  /** JSON; undefined for the client of another node, which has stamped what it says. */
  identity: string | undefined;
  /** What it says of the client id that it asks for, while that is somebody else's. */
  wish: Announcement | undefined;
}

/** What has changed. */
export interface PresenceNews<Owner> {
  /** For those who are connected here. */
  readonly changes: readonly PresenceChange<Owner>[];
  /** All of it that is ours, as an awareness update for other nodes; undefined when it is nothing. */
  readonly ours: () => Uint8Array | undefined;
}

/** An awareness update for everybody but `except`. */
export interface PresenceChange<Owner> {
  readonly update: Uint8Array;
  readonly except: Owner | undefined;
}

export class Presence<Owner extends object> {
  readonly #now: () => number;
  readonly #owned = new Map<Owner, Owned>();
  readonly #byClientId = new Map<number, Owner>();
  readonly #released = new Map<number, { readonly clock: number; readonly at: number }>();
  readonly #changed = new Map<PresenceEntry, Owner | undefined>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  join(owner: Owner, identity: Identity): void {
    this.#own(owner, JSON.stringify(identity));
  }

  /**
   * What another node says of one of its clients, for which that node answers. A client that it has
   * taken over from a node that is gone is taken over here too; one that is connected here is not,
   * and answered.
   */
  adopt(owner: Owner, announcement: Announcement): Owner | undefined {
    // One that another has taken over may come back all the same.
    const owned = this.#owned.get(owner) ?? this.#own(owner, undefined);
    const holder = this.#byClientId.get(announcement.clientId);
    if (owned.entry) {
      this.#renew(owner, owned, announcement);
    } else if (holder) {
      owned.wish = announcement;
      if (this.#owned.get(holder)?.entry?.isOurs) return holder;
      this.#bequeath(holder, owner);
    } else {
      const { clientId, clock } = announcement;
      const released = this.#releasedClock(clientId);
      this.#take(owner, owned, announcement, released ? released.clock + 1 : clock);
    }
    return undefined;
  }

  /** Who it is has changed: its entry is given anew. */
  identify(owner: Owner, identity: Identity): void {
    const owned = this.#owned.get(owner);
    if (!owned) return;
    owned.identity = JSON.stringify(identity);
    const { entry } = owned;
    if (!entry || entry.state === GONE) return;
    entry.given += 1;
    entry.state = stamped(entry.said, owned.identity);
    this.#changed.set(entry, owner);
  }

  /**
   * Answers who holds the client id that somebody without one asks for: it may be that very
   * client's former connection, and dead.
   * @throws MalformedFrame when the update does not decode, a state is not JSON, or it is too much.
   */
  receive(owner: Owner, update: Uint8Array): Owner | undefined {
    const owned = this.#owned.get(owner);
    if (!owned) return undefined;
    const announcements = announcementsIn(update, MOST_ENTRIES);
    for (const announcement of announcements) this.#announce(owner, owned, announcement);
    if (announcements.length > 0) owned.announcedBefore = true;
    return owned.entry || !owned.wish ? undefined : this.#byClientId.get(owned.wish.clientId);
  }

  /** The connection of this owner is dead: whoever asked for its client id, and did not just echo it, has it from now on. */
  yield(owner: Owner): void {
    const entry = this.#owned.get(owner)?.entry;
    if (!entry) return;
    for (const [heir, { entry: own, wish, identity }] of this.#owned) {
      if (own || wish?.clientId !== entry.clientId) continue;
      if (identity === undefined || !isStamped(wish)) return this.#bequeath(owner, heir);
    }
  }

  leave(owner: Owner): void {
    const entry = this.#owned.get(owner)?.entry;
    this.#owned.delete(owner);
    if (!entry) return;
    this.#byClientId.delete(entry.clientId);
    this.#release(entry);
    if (entry.state === GONE) return;
    entry.state = GONE;
    this.#changed.set(entry, undefined);
  }

  /** What changed since the last call: one update for all, and one for each client that had to be raised. */
  takeChanges(): PresenceNews<Owner> {
    const plain: PresenceEntry[] = [];
    const changes: PresenceChange<Owner>[] = [];
    const ours = [...this.#changed.keys()].filter(({ isOurs }) => isOurs);
    for (const [entry, raised] of this.#changed) {
      // Its owner must not see its own entry under a clock it never sent: it would take it over.
      if (raised) changes.push({ update: encode([entry]), except: raised });
      else plain.push(entry);
    }
    if (plain.length > 0) changes.push({ update: encode(plain), except: undefined });
    this.#changed.clear();
    return { changes, ours: () => (ours.length > 0 ? encode(ours) : undefined) };
  }

  /** Everybody who is here and connected here, as an awareness update. */
  ours(): Uint8Array {
    const here = [...this.#owned.values()].flatMap(({ entry }) => entry ?? []);
    return encode(here.filter(({ isOurs, state }) => isOurs && state !== GONE));
  }

  /** What those who are here say of themselves, as the others are given it: JSON by client id. */
  states(): ReadonlyMap<number, string> {
    const here = [...this.#owned.values()].flatMap(({ entry }) => entry ?? []);
    const told = here.filter(({ state }) => state !== GONE);
    return new Map(told.map(({ clientId, state }) => [clientId, state]));
  }

  /** Whose client id it is. */
  holderOf(clientId: number): Owner | undefined {
    return this.#byClientId.get(clientId);
  }

  /** Everybody who is here but `owner`; undefined when nobody is. */
  others(owner: Owner): Uint8Array | undefined {
    const here = this.#othersThan(owner);
    return here.length > 0 ? encode(here) : undefined;
  }

  /** Everybody who is here but `owner`, and who left not long ago; undefined when that is nobody. */
  since(owner: Owner): Uint8Array | undefined {
    const here = this.#othersThan(owner);
    const gone = [...this.#released].map(([clientId, { clock }]) => ({
      clientId,
      given: clock,
      state: GONE,
    }));
    return here.length + gone.length > 0 ? encode([...here, ...gone]) : undefined;
  }

  #own(owner: Owner, identity: string | undefined): Owned {
    const nothing = { entry: undefined, announcedBefore: false, wish: undefined };
    const owned: Owned = { ...nothing, identity, joinedAt: this.#now() };
    this.#owned.set(owner, owned);
    return owned;
  }

  /** One that wished for the client id of another has it from now on. */
  #bequeath(owner: Owner, heir: Owner): void {
    const entry = this.#owned.get(owner)?.entry;
    const owned = this.#owned.get(heir);
    if (!entry || !owned?.wish) return;
    this.#owned.delete(owner);
    this.#changed.delete(entry);
    this.#take(heir, owned, owned.wish, entry.given + 1);
  }

  #othersThan(owner: Owner): PresenceEntry[] {
    const here: PresenceEntry[] = [];
    for (const [other, { entry }] of this.#owned) {
      if (other !== owner && entry && entry.state !== GONE) here.push(entry);
    }
    return here;
  }

  #announce(owner: Owner, owned: Owned, announcement: Announcement): void {
    const { entry } = owned;
    if (!entry) this.#claim(owner, owned, announcement);
    else if (entry.clientId === announcement.clientId) {
      demandModest(announcement);
      this.#renew(owner, owned, announcement);
    }
  }

  #claim(owner: Owner, owned: Owned, announcement: Announcement): void {
    const { clientId, clock, said } = announcement;
    if (said === GONE) return;
    if (this.#byClientId.has(clientId)) {
      if (isWish(owned, announcement)) owned.wish = announcement;
      return;
    }
    const released = this.#releasedClock(clientId);
    if (released && !mayReturn(owned, clock, released)) return;
    demandModest(announcement);
    this.#take(owner, owned, announcement, released ? released.clock + 1 : clock);
  }

  /** @param least Below this clock the others would take it for old news. */
  #take(owner: Owner, owned: Owned, { clientId, clock, said }: Announcement, least: number): void {
    const given = Math.max(clock, least);
    const state = stamped(said, owned.identity);
    const isOurs = owned.identity !== undefined;
    const entry = { clientId, isOurs, received: clock, given, said, state };
    owned.entry = entry;
    owned.wish = undefined;
    this.#byClientId.set(clientId, owner);
    this.#released.delete(clientId);
    this.#changed.set(entry, isOurs && given > clock ? owner : undefined);
  }

  #renew(owner: Owner, { entry, identity }: Owned, { clock, said }: Announcement): void {
    if (!entry) return;
    const newer = clock > entry.received;
    if (!newer && (clock < entry.received || said !== GONE)) return;
    entry.received = clock;
    entry.given = Math.max(clock, newer ? entry.given + 1 : entry.given);
    entry.said = said;
    entry.state = stamped(said, identity);
    this.#changed.set(entry, entry.isOurs && entry.given > clock ? owner : undefined);
  }

  #release({ clientId, given }: PresenceEntry): void {
    this.#released.delete(clientId);
    this.#released.set(clientId, { clock: given, at: this.#now() });
    if (this.#released.size <= MOST_RELEASED) return;
    const [oldest] = this.#released.keys();
    if (oldest !== undefined) this.#released.delete(oldest);
  }

  #releasedClock(clientId: number) {
    const oldest = this.#now() - RELEASED_MS;
    for (const [id, { at }] of this.#released) {
      if (at >= oldest) break;
      this.#released.delete(id);
    }
    return this.#released.get(clientId);
  }
}

/**
 * Stock clients echo the states of others, the departed too: an old clock counts
 * only from somebody who came after the departure and speaks for the first time.
 */
function mayReturn(
  owned: Owned,
  clock: number,
  released: { readonly clock: number; readonly at: number },
): boolean {
  return clock > released.clock || (!owned.announcedBefore && owned.joinedAt >= released.at);
}

/** The first client id that it asks for in its own words: stock clients echo the states of others after that. */
function isWish({ wish }: Owned, announcement: Announcement): boolean {
  if (!isModest(announcement)) return false;
  if (!wish || isStamped(wish)) return true;
  return wish.clientId === announcement.clientId && !isStamped(announcement);
}

/**
 * It has this from the server, and may be an echo of somebody else. A stock client that it is true
 * of says so again when it is told that it is gone.
 */
function isStamped({ said }: Announcement): boolean {
  const state = JSON.parse(said) as { access?: unknown } | null;
  return state?.access !== undefined;
}

/** Only of what it says of itself: an echo may be longer than it came, and is not to be held against it. */
function isModest({ clock, said }: Announcement): boolean {
  return clock < CLOCK_LIMIT && said.length <= LONGEST_STATE;
}

/** @throws MalformedFrame when it is more than a client may say of itself. */
function demandModest(announcement: Announcement): void {
  if (!isModest(announcement)) throw new MalformedFrame("the presence is too much");
}

/** Who says who it is does not say by what link. The last of equal keys counts in JSON: ours. */
function stamped(state: string, identity: string | undefined): string {
  if (identity === undefined) return state;
  const said = JSON.parse(state) as { user?: unknown; access?: unknown } | null;
  if (!said?.user && !said?.access) return state;
  return `${state.slice(0, state.lastIndexOf("}"))},"access":${identity}}`;
}

/** An awareness update. */
function encode(
  entries: readonly Pick<PresenceEntry, "clientId" | "given" | "state">[],
): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) {
      encoding.writeVarUint(encoder, entry.clientId);
      encoding.writeVarUint(encoder, entry.given);
      encoding.writeVarString(encoder, entry.state);
    }
  });
}

/** @throws MalformedFrame when the update does not decode, a state is not JSON, or there are more than `most`. */
export function announcementsIn(
  update: Uint8Array,
  most = Number.POSITIVE_INFINITY,
): Announcement[] {
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
    if (count > most) throw new RangeError("too many entries");
    const announcements: Announcement[] = [];
    for (let n = 0; n < count; n++) announcements.push(readAnnouncement(decoder));
    return announcements;
  } catch (cause) {
    throw new MalformedFrame("the presence does not decode", { cause });
  }
}

function readAnnouncement(decoder: decoding.Decoder): Announcement {
  const clientId = decoding.readVarUint(decoder);
  const clock = decoding.readVarUint(decoder);
  // lib0 reads numbers that it cannot write.
  if (!Number.isSafeInteger(clientId) || !Number.isSafeInteger(clock)) {
    throw new RangeError("a number is too large");
  }
  const said = decoding.readVarString(decoder);
  JSON.parse(said);
  return { clientId, clock, said };
}
