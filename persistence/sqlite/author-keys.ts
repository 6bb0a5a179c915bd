/** Authors by the keys that they have in SQLite. Remembers what it has looked up. */
import type { Statements } from "./statements.ts";

export class AuthorKeys {
  readonly #statements: Pick<Statements, "findAuthor" | "findAuthorKey" | "insertAuthor">;
  readonly #names = new Map<number, string>();
  readonly #keys = new Map<string, number>();

  constructor(statements: Pick<Statements, "findAuthor" | "findAuthorKey" | "insertAuthor">) {
    this.#statements = statements;
  }

  /** Empty for a key that is not there. */
  nameOf(key: number): string {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = this.#statements.findAuthor.get(key)?.name ?? "";
      this.#names.set(key, name);
    }
    return name;
  }

  /** Made where there is none. */
  keyOf(name: string): number {
    let key = this.#keys.get(name);
    if (key === undefined) {
      this.#statements.insertAuthor.run(name);
      key = this.#statements.findAuthorKey.get(name)?.key ?? 0;
      this.#keys.set(name, key);
    }
    return key;
  }

  /** What was made last is undone, or authors were removed. */
  forget(): void {
    this.#names.clear();
    this.#keys.clear();
  }
}
