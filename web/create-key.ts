/** What the server asks for to make documents, if it does; remembered by this browser. */
import { recall, remember } from "./browser-storage.ts";

const KEY = "quire:create-key";

export function createKey(): string | undefined {
  const key = recall(KEY);
  return typeof key === "string" ? key : undefined;
}

/** Undefined forgets it. */
export function keepCreateKey(key: string | undefined): void {
  remember(KEY, key);
}
