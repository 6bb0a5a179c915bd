/** A browser's localStorage, in memory; it can be made to refuse, as a private window may. */

export class FakeStorage {
  readonly values = new Map<string, string>();
  refuses = false;

  /** In place of the browser's own; each test starts with an empty one. */
  static install(): FakeStorage {
    const storage = new FakeStorage();
    Object.defineProperty(globalThis, "localStorage", { value: storage, configurable: true });
    return storage;
  }

  getItem(key: string): string | null {
    this.#check();
    return this.values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#check();
    this.values.set(key, value);
  }

  removeItem(key: string): void {
    this.#check();
    this.values.delete(key);
  }

  #check(): void {
    if (this.refuses) throw new DOMException("denied", "SecurityError");
  }
}
