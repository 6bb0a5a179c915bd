/**
 * `npm run check:budget`: fails when the newest build asks a browser to fetch more
 * than is allowed here, gzipped. What a chunk pulls in comes from the build's own
 * manifest, so that a new chunk cannot be left out. Knows no server.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("dist", import.meta.url));

/** What a first visit to a document fetches before one can type. */
const FIRST_LOAD = "index.html";

/**
 * Bytes after gzip, by the source that a chunk begins with: what it adds to what is
 * there already. About 5 % above what it was when it was last looked at; raise one
 * together with the change that is worth it.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  [FIRST_LOAD]: 192_000,
  "commands/editing-parts.tsx": 7100,
  "commands/language-chooser.tsx": 7600,
  "commands/palette.tsx": 2600,
  "commands/shortcuts.tsx": 2100,
  "commands/toolbar.tsx": 9300,
  "commands/word-count.tsx": 2200,
  "editor/code-languages.ts": 5200,
  "editor/emacs-keys.ts": 5400,
  "editor/html-to-markdown.ts": 7800,
  "editor/vim-keys.ts": 40_500,
  "share/share-dialog.tsx": 5900,
  "../node_modules/uqr/dist/index.mjs": 3900,
  "../node_modules/diff/libesm/index.js": 3200,
};

/** For chunks that are many of a kind, and of which a page wants one now and then: each of them. */
const FAMILIES: readonly (readonly [RegExp, number])[] = [
  [/^\.\.\/node_modules\/@codemirror\/(?:lang-|legacy-modes)/, 100_000],
];

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  /** Sources of the chunks that must be there before it runs. */
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
  readonly isDynamicEntry?: boolean;
}

type Manifest = Readonly<Record<string, Chunk>>;

async function main(): Promise<void> {
  const build = join(DIST, (await readFile(join(DIST, "current"), "utf8")).trim());
  const manifest = JSON.parse(
    await readFile(join(build, ".vite", "manifest.json"), "utf8"),
  ) as Manifest;
  const first = new Set([FIRST_LOAD, ...filesOf(manifest, FIRST_LOAD)]);
  for (const [source, { isEntry, isDynamicEntry }] of Object.entries(manifest)) {
    if (isEntry) compare(source, await sizeOf(build, [...first]));
    else if (isDynamicEntry) {
      const added = filesOf(manifest, source).filter((file) => !first.has(file));
      compare(source, await sizeOf(build, added));
    }
  }
}

/** With everything that it imports, each file once. */
function filesOf(manifest: Manifest, source: string, seen = new Set<string>()): string[] {
  const chunk = manifest[source];
  if (!chunk || seen.has(source)) return [];
  seen.add(source);
  const imported = (chunk.imports ?? []).flatMap((each) => filesOf(manifest, each, seen));
  return [chunk.file, ...(chunk.css ?? []), ...imported];
}

async function sizeOf(build: string, files: readonly string[]): Promise<number> {
  const contents = await Promise.all(files.map((file) => readFile(join(build, file))));
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

function compare(source: string, size: number): void {
  const family = FAMILIES.find(([sources]) => sources.test(source));
  const budget = BUDGETS[source] ?? family?.[1] ?? 0;
  const isOver = size > budget;
  const words = `${source}: ${size} bytes gzipped, ${budget} allowed`;
  process.stdout.write(`${isOver ? "TOO LARGE " : ""}${words}\n`);
  if (isOver) process.exitCode = 1;
}

await main();
