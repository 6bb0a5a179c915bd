/**
 * How the files of attachments get onto the disk, and what of the file system's errors is
 * none. Knows no attachment.
 */
import { open } from "node:fs/promises";
import { resultCode } from "./failure.ts";
import { toStoreError } from "./sqlite/sqlite-error.ts";

/** Waits until a file, or the names in a folder, are on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined when what was looked for is not there. */
export async function orMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether the file system said that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return resultCode(error) === "ENOENT";
}

/** The same, with whatever goes wrong as a StoreError. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toStoreError(error);
  }
}
