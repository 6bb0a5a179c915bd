/** The name others see: a friendly one to begin with, then what was typed, remembered by this browser. */
import { signal } from "@preact/signals";
import { recall, remember } from "./browser-storage.ts";

const KEY = "quire:name";
const LONGEST = 40;

const ADJECTIVES = ["Bright", "Calm", "Curious", "Gentle", "Keen", "Merry", "Quick", "Quiet"];
const ANIMALS = [
  "Badger",
  "Finch",
  "Fox",
  "Hare",
  "Heron",
  "Lynx",
  "Otter",
  "Owl",
  "Robin",
  "Wren",
];

const kept = recall(KEY);

/** Never empty. */
export const ownName = signal(typeof kept === "string" && kept ? kept : neutralName());

/** An empty name goes back to a neutral one. */
export function rename(typed: string): void {
  const name = typed.trim().slice(0, LONGEST);
  ownName.value = name || neutralName();
  remember(KEY, name || undefined);
}

function neutralName(): string {
  return `${pick(ADJECTIVES)} ${pick(ANIMALS)}`;
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}
