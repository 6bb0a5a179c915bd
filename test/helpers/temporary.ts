/** Temporary folders that go with the test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "./scope.ts";

export async function temporaryFolder(t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "quire-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
