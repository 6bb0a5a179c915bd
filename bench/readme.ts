/** Tables that stand in README.md, each between two marks that name its mode. */
import { readFile, writeFile } from "node:fs/promises";
import type { Mode } from "./mode.ts";
import { table } from "./report.ts";
import type { Row } from "./results.ts";

const README = new URL("README.md", import.meta.url);

/** In the place of the last one; nothing, where the file has no place for this mode. */
export async function showInReadme(mode: Mode, rows: readonly Row[]): Promise<void> {
  const text = await readFile(README, "utf8");
  const start = `<!-- table of ${mode.name} -->\n`;
  const end = "\n<!-- end of table -->";
  const from = text.indexOf(start);
  if (from < 0 || rows.length === 0) return;
  const to = text.indexOf(end, from);
  const shown = `${text.slice(0, from)}${start}\n${table(mode, rows)}${text.slice(to)}`;
  await writeFile(README, shown);
}
