/** Who is in the document, from awareness, and what the others are told of oneself. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Awareness } from "y-protocols/awareness";
import type { Role } from "#protocol/roles.ts";
import { chooseHue, type Claim, colorOf, lightColorOf } from "./hues.ts";
import { tidyName } from "./names.ts";
import { words } from "./words/words.ts";

export interface Person {
  readonly clientId: number;
  readonly name: string;
  /** A CSS colour that this browser understands. */
  readonly color: string;
  readonly isSelf: boolean;
  /** By the server's word: it stamps the role of the link on what each client says of itself. */
  readonly readsOnly: boolean;
}

const PARTS = [
  "clientId",
  "name",
  "color",
  "isSelf",
  "readsOnly",
] as const satisfies (keyof Person)[];

/** As stock editors write it too; anything may stand in it. */
interface User {
  readonly name?: unknown;
  readonly color?: unknown;
  readonly hue?: unknown;
}

/** Roles below those that may write. */
const READING: readonly unknown[] = ["view", "comment"] satisfies Role[];

const LONGEST_NAME = 60;

/**
 * Oneself first, then in the order of arrival as far as client ids tell. Follows until `stop`.
 * @param knowsOthers from then on a hue is chosen: sooner, it would often be one that is taken,
 * and whoever has it would have to change.
 */
export function watchPeople(
  awareness: Awareness,
  ownName: ReadonlySignal<string>,
  knowsOthers: ReadonlySignal<boolean>,
): { readonly people: ReadonlySignal<readonly Person[]>; readonly stop: () => void } {
  const people = signal<readonly Person[]>([]);
  // Most changes are of carets, which are not looked at here.
  const list = () => {
    const now = peopleIn(awareness);
    if (!isSame(people.peek(), now)) people.value = now;
  };
  const refresh = () => {
    introduce(awareness, ownName.peek(), knowsOthers.peek());
    list();
  };
  const stopNaming = effect(() => {
    introduce(awareness, ownName.value, knowsOthers.value);
    list();
  });
  awareness.on("change", refresh);
  return {
    people,
    stop: () => {
      stopNaming();
      awareness.off("change", refresh);
    },
  };
}

/** The person behind a client id, as it stands in its awareness state. */
export function personOf(awareness: Awareness, clientId: number): Person {
  const state = awareness.getStates().get(clientId);
  const user = userOf(state);
  const name = typeof user.name === "string" ? tidyName(user.name, LONGEST_NAME) : "";
  return {
    clientId,
    name: name || words.value.people.somebody,
    color: colorFor(user, clientId),
    isSelf: clientId === awareness.clientID,
    readsOnly: READING.includes(roleIn(state)),
  };
}

function peopleIn(awareness: Awareness): Person[] {
  const people = [...awareness.getStates().keys()].map((id) => personOf(awareness, id));
  return people.toSorted((one, other) => Number(other.isSelf) - Number(one.isSelf));
}

function isSame(before: readonly Person[], now: readonly Person[]): boolean {
  return before.length === now.length && now.every((one, index) => isAlike(one, before[index]));
}

function isAlike(one: Person, other: Person | undefined): boolean {
  return PARTS.every((part) => one[part] === other?.[part]);
}

/** Only if something changed: each time costs a message to everybody. */
function introduce(awareness: Awareness, name: string, mayChoose: boolean): void {
  const hue = mayChoose ? hueFor(awareness) : undefined;
  const present = userOf(awareness.getLocalState());
  if (present.name === name && present.hue === hue) return;
  const look = hue === undefined ? {} : { hue, color: colorOf(hue), colorLight: lightColorOf(hue) };
  awareness.setLocalStateField("user", { name, ...look });
}

function hueFor(awareness: Awareness): number {
  const { clientID: clientId } = awareness;
  const claims = [...awareness.getStates()].map(([id, state]) => claimOf(id, state));
  const own = claims.find((claim) => claim.clientId === clientId);
  const others = claims.filter((claim) => claim !== own);
  return chooseHue(own ?? { clientId, hue: undefined }, others);
}

function claimOf(clientId: number, state: unknown): Claim {
  const { hue } = userOf(state);
  return { clientId, hue: typeof hue === "number" ? hue : undefined };
}

function userOf(state: unknown): User {
  const { user } = (state ?? {}) as { user?: User | null };
  return user ?? {};
}

function roleIn(state: unknown): unknown {
  const { access } = (state ?? {}) as { access?: { role?: unknown } | null };
  return access?.role;
}

/** Stock editors choose freely; what is no colour gets one of ours. */
function colorFor({ color }: User, clientId: number): string {
  const isColor = typeof color === "string" && globalThis.CSS?.supports("color", color);
  return isColor ? color : colorOf(clientId % 10);
}
