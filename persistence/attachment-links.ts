/**
 * The attachments of one document for another: further names of the same files, since these
 * never change, and copies of them only where the file system gives a file no further names.
 */
import { constants, copyFile, link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { orMissing, sync } from "./disk.ts";
import { resultCode } from "./failure.ts";

/** What link(2) says where a file cannot have one more name. */
const UNLINKABLE: ReadonlySet<string> = new Set([
  "EPERM",
  "EXDEV",
  "EMLINK",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

/** Makes the folder `to` and resolves with those of the names that there were, once they are on disk. */
export async function linkFiles(
  from: string,
  to: string,
  names: Iterable<string>,
): Promise<ReadonlySet<string>> {
  await mkdir(to);
  const linked = new Set<string>();
  for (const name of names) {
    if (await orMissing(linkOrCopy(join(from, name), join(to, name)))) linked.add(name);
  }
  await sync(to);
  return linked;
}

async function linkOrCopy(from: string, to: string): Promise<true> {
  try {
    await link(from, to);
  } catch (error) {
    if (!UNLINKABLE.has(resultCode(error))) throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await sync(to);
  }
  return true;
}
