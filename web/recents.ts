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
}

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

function isRecent(value: unknown): value is Recent {
  const { id, title, token, at } = (value ?? {}) as Partial<Record<keyof Recent, unknown>>;
  const isDate = typeof at === "number" && !Number.isNaN(new Date(at).getTime());
  return isDate && [id, title, token].every((text) => typeof text === "string");
}
