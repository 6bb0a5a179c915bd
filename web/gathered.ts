/** Movements that wait to be told together; what cancels out before that is told to nobody. */
import type { Person } from "./people.ts";
import type { Movement } from "./roll.ts";

export interface Comings {
  readonly joined: readonly string[];
  readonly left: readonly string[];
}

export class Gathered {
  readonly #joined = new Map<number, string>();
  readonly #left = new Map<number, string>();

  add({ kind, clientId, name }: Movement): void {
    if (kind === "left") {
      if (!this.#joined.delete(clientId)) this.#left.set(clientId, name);
      return;
    }
    const [before] = [...this.#left].find(([, each]) => each === name) ?? [];
    if (before === undefined) this.#joined.set(clientId, name);
    else this.#left.delete(before);
  }

  /** @param people under whose present names they are told: some clients name themselves a little later. */
  take(people: readonly Person[]): Comings {
    const names = new Map(people.map(({ clientId, name }) => [clientId, name]));
    const joined = [...this.#joined].map(([clientId, name]) => names.get(clientId) ?? name);
    const left = [...this.#left.values()];
    this.#joined.clear();
    this.#left.clear();
    return { joined, left };
  }
}
