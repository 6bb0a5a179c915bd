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
  /** Sources of the chunks that it fetches when it needs them. */
  readonly dynamicImports?: readonly string[];
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
export function filesOf(manifest: Manifest, source: string): readonly string[] {
  return chunksOf(manifest, source).flatMap(({ file, css = [], assets = [] }) => {
    const workers = assets.filter((asset) => asset.endsWith(".js"));
    return [file].concat(css, workers);
  });
}

/**
 * By the source of a chunk that is fetched later, the files that are there by then, whichever
 * chunk asks for it: what all that ask have in common.
 */
export function filesBefore(manifest: Manifest): ReadonlyMap<string, ReadonlySet<string>> {
  const entries = Object.keys(manifest)
    .filter((source) => manifest[source]?.isEntry || manifest[source]?.isDynamicEntry)
    .map((source) => ({
      source,
      files: new Set(filesOf(manifest, source)),
      asksFor: new Set(chunksOf(manifest, source).flatMap((chunk) => chunk.dynamicImports ?? [])),
    }));
  const all: ReadonlySet<string> = new Set(entries.flatMap(({ files }) => [...files]));
  const before = new Map(entries.map(({ source }) => [source, all]));
  before.set(FIRST_LOAD, new Set());
  // From all files down to those that every way brings along; chunks may ask for each other.
  for (let isSettled = false; !isSettled;) {
    isSettled = true;
    for (const { source } of entries.filter((entry) => entry.source !== FIRST_LOAD)) {
      const common = entries
        .filter(({ asksFor }) => asksFor.has(source))
        .map((entry) => entry.files.union(before.get(entry.source) ?? all))
        .reduce((one, other) => one.intersection(other), all);
      isSettled &&= common.size === before.get(source)?.size;
      before.set(source, common);
    }
  }
  return before;
}

function chunksOf(manifest: Manifest, source: string, seen = new Set<string>()): readonly Chunk[] {
  const chunk = manifest[source];
  if (!chunk || seen.has(source)) return [];
  seen.add(source);
  return [chunk, ...(chunk.imports ?? []).flatMap((each) => chunksOf(manifest, each, seen))];
}
