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

const GONE = "null";

interface Announcement {
  readonly clientId: number;
  readonly clock: number;
  /** JSON, as sent. */
  readonly state: string;
}

interface PresenceEntry {
  readonly clientId: number;
  /** Last clock its owner sent. */
  received: number;
  /** Last clock the others were given. */
  given: number;
  state: string;
}

interface Owned {
  /** Undefined until the owner has announced itself. */
  entry: PresenceEntry | undefined;
  readonly joinedAt: number;
  announcedBefore: boolean;
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

  join(owner: Owner): void {
    this.#owned.set(owner, { entry: undefined, joinedAt: this.#now(), announcedBefore: false });
  }

  /** @throws MalformedFrame when the update does not decode or a state is not JSON. */
  receive(owner: Owner, update: Uint8Array): void {
    const owned = this.#owned.get(owner);
    if (!owned) return;
    const announcements = decode(update);
    for (const announcement of announcements) this.#announce(owner, owned, announcement);
    if (announcements.length > 0) owned.announcedBefore = true;
  }

  leave(owner: Owner): void {
    const entry = this.#owned.get(owner)?.entry;
    this.#owned.delete(owner);
    if (!entry) return;
    this.#byClientId.delete(entry.clientId);
    this.#released.set(entry.clientId, { clock: entry.given, at: this.#now() });
    if (entry.state === GONE) return;
    entry.state = GONE;
    this.#changed.set(entry, undefined);
  }

  /** What changed since the last call: one update for all, and one for each client that had to be raised. */
  takeChanges(): PresenceChange<Owner>[] {
    const plain: PresenceEntry[] = [];
    const changes: PresenceChange<Owner>[] = [];
    for (const [entry, raised] of this.#changed) {
      // Its owner must not see its own entry under a clock it never sent: it would take it over.
      if (raised) changes.push({ update: encode([entry]), except: raised });
      else plain.push(entry);
    }
    if (plain.length > 0) changes.push({ update: encode(plain), except: undefined });
    this.#changed.clear();
    return changes;
  }

  /** Everybody who is here but `owner`; undefined when nobody is. */
  others(owner: Owner): Uint8Array | undefined {
    const here: PresenceEntry[] = [];
    for (const [other, { entry }] of this.#owned) {
      if (other !== owner && entry && entry.state !== GONE) here.push(entry);
    }
    return here.length > 0 ? encode(here) : undefined;
  }

  #announce(owner: Owner, owned: Owned, announcement: Announcement): void {
    const { entry } = owned;
    if (!entry) this.#claim(owner, owned, announcement);
    else if (entry.clientId === announcement.clientId) this.#renew(owner, entry, announcement);
  }

  #claim(owner: Owner, owned: Owned, { clientId, clock, state }: Announcement): void {
    if (state === GONE || this.#byClientId.has(clientId)) return;
    const released = this.#releasedClock(clientId);
    if (released && !mayReturn(owned, clock, released)) return;
    const given = released ? Math.max(clock, released.clock + 1) : clock;
    const entry = { clientId, received: clock, given, state };
    owned.entry = entry;
    this.#byClientId.set(clientId, owner);
    this.#released.delete(clientId);
    this.#changed.set(entry, given > clock ? owner : undefined);
  }

  #renew(owner: Owner, entry: PresenceEntry, { clock, state }: Announcement): void {
    const newer = clock > entry.received;
    if (!newer && (clock < entry.received || state !== GONE)) return;
    entry.received = clock;
    entry.given = Math.max(clock, newer ? entry.given + 1 : entry.given);
    entry.state = state;
    this.#changed.set(entry, entry.given > clock ? owner : undefined);
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

function encode(entries: readonly PresenceEntry[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const entry of entries) {
      encoding.writeVarUint(encoder, entry.clientId);
      encoding.writeVarUint(encoder, entry.given);
      encoding.writeVarString(encoder, entry.state);
    }
  });
}

function decode(update: Uint8Array): Announcement[] {
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
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
  const state = decoding.readVarString(decoder);
  JSON.parse(state);
  return { clientId, clock, state };
}
