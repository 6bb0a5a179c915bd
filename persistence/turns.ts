/** Lets work that shares a key be done one after another, and all other work at once. */

export class Turns {
  /** The last of each key. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work once all that was given before under this key is done, well or not. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const turn = before.then(work, work).finally(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    });
    this.#last.set(key, turn);
    return turn;
  }
}
