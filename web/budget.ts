/**
 * `npm run check:budget`: fails when the newest build asks a browser to fetch more scripts
 * and styles than is allowed here, gzipped. What a chunk pulls in, workers too, comes from
 * the build's own manifest, so that a new one cannot be left out. Knows no server.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { filesBefore, filesOf, FIRST_LOAD, readManifest } from "./build-manifest.ts";

const DIST = fileURLToPath(new URL("dist", import.meta.url));

/**
 * Bytes after gzip, by the source that a chunk begins with: what it adds to what is
 * there already. About 5 % above what it was when it was last looked at; raise one
 * together with the change that is worth it.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  "words/german.ts": 6250,
  "words/chinese.ts": 5900,
  "images/uploads.ts": 2750,
  "comings.ts": 1400,
  [FIRST_LOAD]: 206_000,
  "share/share-dialog.tsx": 6000,
  "files/export-file.ts": 780,
  "files/import-file.ts": 10_950,
  "../node_modules/mammoth/lib/index.js": 118_000,
  "preview/live-preview.ts": 79_800,
  "preview/paper.ts": 133_000,
  "preview/markdown-code.ts": 200,
  "../node_modules/katex/dist/katex.mjs": 81_000,
  "commands/editing-parts.tsx": 7500,
  "commands/language-chooser.tsx": 7600,
  "commands/palette.tsx": 2600,
  "commands/shortcuts.tsx": 2100,
  "commands/toolbar.tsx": 2300,
  "commands/word-count.tsx": 2200,
  "editor/code-languages.ts": 5200,
  "editor/emacs-keys.ts": 5400,
  "editor/html-to-markdown.ts": 8600,
  "editor/vim-keys.ts": 40_500,
  "../node_modules/uqr/dist/index.mjs": 3900,
  "../node_modules/diff/libesm/index.js": 3200,
};

/** Chunks of one kind, of which a text needs one or two; what the largest of them may add. */
const FAMILIES: readonly { readonly member: RegExp; readonly bytes: number }[] = [
  // A programming language each.
  { member: /\/@codemirror\/(?:lang-\w+|legacy-modes)\//, bytes: 104_000 },
  // A kind of diagram each, and what lays some of them out.
  { member: /\/(?:elk|architectureDiagram)-\w+\.mjs$/, bytes: 500_000 },
  { member: /\/(?:mermaid|@mermaid-js\/[\w-]+|cytoscape[\w-]*)\//, bytes: 170_000 },
];

async function main(): Promise<void> {
  const build = join(DIST, (await readFile(join(DIST, "current"), "utf8")).trim());
  const manifest = await readManifest(build);
  const before = filesBefore(manifest);
  for (const [source, { isEntry, isDynamicEntry }] of Object.entries(manifest)) {
    const files = filesOf(manifest, source);
    const added = files.filter((file) => !before.get(source)?.has(file));
    if (isEntry) compare(source, await sizeOf(build, [FIRST_LOAD, ...files]));
    else if (isDynamicEntry) compare(source, await sizeOf(build, added));
  }
}

async function sizeOf(build: string, files: readonly string[]): Promise<number> {
  const contents = await Promise.all(files.map((file) => readFile(join(build, file))));
  return contents.reduce((sum, content) => sum + gzipSync(content).length, 0);
}

function compare(source: string, size: number): void {
  const budget = BUDGETS[source] ?? FAMILIES.find(({ member }) => member.test(source))?.bytes ?? 0;
  const isOver = size > budget;
  const words = `${source}: ${size} bytes gzipped, ${budget} allowed`;
  process.stdout.write(`${isOver ? "TOO LARGE " : ""}${words}\n`);
  if (isOver) process.exitCode = 1;
}

await main();
