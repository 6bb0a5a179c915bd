/** The documents this browser has opened, newest first, with the link that opened them. */
import { recall, remember } from "./browser-storage.ts";

const KEY = "quire:recents";
const LONGEST = 50;

export interface Recent {
  readonly id: string;
  readonly title: string;
  /** Of the link in the address bar; never the owner's. */
  readonly token: string;
  /** When it was last open, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** What this browser may do with it, as far as is known. */
  readonly role?: RecentRole;
  /** It was in the trash when it was last opened. */
  readonly isDeleted?: boolean;
}

const ROLES = ["owner", "edit", "view"] as const;

export type RecentRole = (typeof ROLES)[number];

export function recents(): Recent[] {
  const kept = recall(KEY);
  return Array.isArray(kept) ? kept.filter(isRecent) : [];
}

export function addRecent(recent: Recent): void {
  const others = recents().filter(({ id }) => id !== recent.id);
  remember(KEY, [recent, ...others].slice(0, LONGEST));
}

export function removeRecent(id: string): void {
  remember(
    KEY,
    recents().filter((recent) => recent.id !== id),
  );
}

/** One that was removed, to where it stood. */
export function putBackRecent(recent: Recent): void {
  const all = [recent, ...recents().filter(({ id }) => id !== recent.id)];
  remember(
    KEY,
    all.toSorted((one, other) => other.at - one.at),
  );
}

/** It says so where it stands; one that is not in the list is not added. */
export function markDeleted(id: string): void {
  const mark = (recent: Recent) => (recent.id === id ? { ...recent, isDeleted: true } : recent);
  remember(KEY, recents().map(mark));
}

function isRecent(value: unknown): value is Recent {
  const { id, title, token, at, role } = (value ?? {}) as Partial<Record<keyof Recent, unknown>>;
  const isDate = typeof at === "number" && !Number.isNaN(new Date(at).getTime());
  const isRole = role === undefined || ROLES.some((known) => known === role);
  return isRole && isDate && [id, title, token].every((text) => typeof text === "string");
}
