/** What a build says of its own chunks: which file each is, and what it needs before it runs. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a first visit fetches before one can type. */
export const FIRST_LOAD = "index.html";

export interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  /** Sources of the chunks that must be there before it runs. */
  readonly imports?: readonly string[];
  /** Files that it names: images, fonts, and the scripts of its workers. */
  readonly assets?: readonly string[];
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
}

/** By the source that a chunk begins with. */
export type Manifest = Readonly<Record<string, Chunk>>;

export async function readManifest(build: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(build, ".vite", "manifest.json"), "utf8")) as Manifest;
}

/** With everything that it imports, and the workers that these start, each file once. */
export function filesOf(
  manifest: Manifest,
  source: string,
  seen = new Set<string>(),
): readonly string[] {
  const chunk = manifest[source];
  if (!chunk || seen.has(source)) return [];
  seen.add(source);
  const imported = (chunk.imports ?? []).flatMap((each) => filesOf(manifest, each, seen));
  const workers = (chunk.assets ?? []).filter((file) => file.endsWith(".js"));
  return [chunk.file, ...(chunk.css ?? []), ...workers, ...imported];
}
