/**
 * How much the attachments of each document are: counted once, and then kept along with each
 * that is put in, so that this costs the same however many there are. Reads names and sizes only.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LEAST_BYTES } from "./attachments.ts";
import { orMissing } from "./disk.ts";

export interface Holding {
  readonly files: number;
  /** As `counted`. */
  readonly bytes: number;
}

/** Documents of which it is known; another one is counted again. */
const MOST_KNOWN = 1000;

export class Holdings {
  /** By folder, in the order in which they became known. */
  readonly #known = new Map<string, Holding>();

  async of(folder: string): Promise<Holding> {
    const known = this.#known.get(folder);
    if (known) return known;
    const found = await count(folder);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MOST_KNOWN) this.#known.delete(oldest);
    this.#known.set(folder, found);
    return found;
  }

  /** A file of so many bytes was put in. */
  added(folder: string, bytes: number): void {
    const known = this.#known.get(folder);
    if (!known) return;
    this.#known.set(folder, { files: known.files + 1, bytes: known.bytes + counted(bytes) });
  }

  /** Something else happened to it. */
  forget(folder: string): void {
    this.#known.delete(folder);
  }
}

/** What a file of so many bytes counts. */
export function counted(bytes: number): number {
  return Math.max(bytes, LEAST_BYTES);
}

async function count(folder: string): Promise<Holding> {
  const names = (await orMissing(readdir(folder))) ?? [];
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name))));
  const bytes = sizes.reduce((sum, { size }) => sum + counted(size), 0);
  return { files: names.length, bytes };
}
