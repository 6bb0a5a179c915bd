/** The name others see: a friendly one to begin with, then what was typed, remembered by this browser. */
import { computed, signal } from "@preact/signals";
import { recall, remember } from "./browser-storage.ts";
import { words } from "./words/words.ts";

const KEY = "quire:name";
const LONGEST = 40;

const kept = recall(KEY);

const given = signal(typeof kept === "string" ? kept : "");

/** Which neutral name it is, in every language: two numbers below 1. */
const drawn = signal(draw());

/** Never empty. */
export const ownName = computed(() => given.value || neutralName(drawn.value));

/** An empty name goes back to a neutral one. */
export function rename(typed: string): void {
  const name = typed.trim().slice(0, LONGEST);
  if (!name) drawn.value = draw();
  given.value = name;
  remember(KEY, name || undefined);
}

function draw(): readonly [number, number] {
  return [Math.random(), Math.random()];
}

function neutralName([one, other]: readonly [number, number]): string {
  const { adjectives, animals, neutralName: join } = words.value.people;
  return join(pick(adjectives, one), pick(animals, other));
}

function pick(list: readonly string[], place: number): string {
  return list[Math.floor(place * list.length)] ?? "";
}
