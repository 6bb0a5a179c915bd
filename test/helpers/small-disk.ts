/** A real disk that can be full: a tmpfs of a few megabytes. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A disk of a few megabytes; undefined, and said so, where this process may not mount one. */
export async function smallDisk(t: TestContext): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "quire-disk-"));
  t.after(async () => {
    spawnSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  const options = ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder];
  if (process.platform !== "linux" || spawnSync("mount", options).status !== 0) {
    t.diagnostic("no tmpfs may be mounted here; the full disk was not tried");
    return undefined;
  }
  return folder;
}

/** Takes all the space that is left, in pieces that become smaller. */
export async function fill(folder: string): Promise<void> {
  for (const size of [1_048_576, 65_536, 4096]) {
    for (let n = 0; n < 200; n++) {
      const path = join(folder, `filler-${size}-${n}`);
      const isWritten = await writeFile(path, new Uint8Array(size)).then(
        () => true,
        () => false,
      );
      if (!isWritten) break;
    }
  }
}

/** Gives it back. */
export async function free(folder: string): Promise<void> {
  for (const size of [1_048_576, 65_536, 4096]) {
    for (let n = 0; n < 200; n++) await rm(join(folder, `filler-${size}-${n}`), { force: true });
  }
}
