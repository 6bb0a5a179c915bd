/**
 * Who comes and who goes, as it is worth telling: whoever loses the connection for a
 * moment, or loads the page anew, was never gone. Knows no page and sets no timer.
 */
import type { Person } from "./people.ts";

/** Whoever is back within this time was only disconnected; milliseconds. */
const BACK_MS = 30_000;

export interface Movement {
  /** `returned`: it had been told that they left, and they had only been disconnected. */
  readonly kind: "joined" | "returned" | "left";
  readonly clientId: number;
  readonly name: string;
}

interface Absence {
  readonly since: number;
  /** They went out of sight with one's own connection, and nobody was told that they left. */
  readonly isUntold: boolean;
}

export class Roll {
  readonly #now: () => number;
  #here: ReadonlyMap<number, string> = new Map();
  /** By name: a page that is loaded anew has another client id. */
  readonly #absences = new Map<string, Absence>();

  /** @param now milliseconds on any clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** One has just come oneself, or come back: nobody who is here is news, or is back a little later. */
  begin(people: readonly Person[]): void {
    for (const name of this.#here.values()) this.#miss(name, true);
    this.#here = byId(people);
  }

  /** What has happened since it was last looked at. */
  look(people: readonly Person[]): readonly Movement[] {
    const before = this.#here;
    this.#here = byId(people);
    // Under one's own name that is oneself, in another tab.
    const own = people.find(({ isSelf }) => isSelf)?.name;
    const others = (all: ReadonlyMap<number, string>) =>
      [...all].filter(([, name]) => name !== own);
    const left = others(before).filter(([clientId]) => !this.#here.has(clientId));
    const came = others(this.#here).filter(([clientId]) => !before.has(clientId));
    for (const [, name] of left) this.#miss(name, false);
    return [
      ...left.map(([clientId, name]) => ({ kind: "left" as const, clientId, name })),
      ...came.flatMap(([clientId, name]) => this.#welcome(clientId, name)),
    ];
  }

  #miss(name: string, isUntold: boolean): void {
    this.#absences.set(name, { since: this.#now(), isUntold });
  }

  #welcome(clientId: number, name: string): Movement[] {
    const absence = this.#absences.get(name);
    this.#absences.delete(name);
    if (!absence || this.#now() - absence.since > BACK_MS) {
      return [{ kind: "joined", clientId, name }];
    }
    return absence.isUntold ? [] : [{ kind: "returned", clientId, name }];
  }
}

function byId(people: readonly Person[]): ReadonlyMap<number, string> {
  return new Map(people.map(({ clientId, name }) => [clientId, name]));
}
