/** A document as a Word file, from what markdown-it reads: no HTML on the way, and nothing that is fetched. */
import {
  Document,
  type FileChild,
  HeadingLevel,
  type ILevelsOptions,
  LevelFormat,
  Packer,
  Paragraph,
} from "docx";
import { titleOf } from "#protocol/document.ts";
import { frontMatterLength, markdownReader } from "#protocol/markdown.ts";
import { DocxBlocks, indentOf, LISTS } from "./docx-blocks.ts";
import { unvaried } from "./docx-file.ts";
import type { RenderedText } from "./html.ts";
import { textLanguage } from "#protocol/text-language.ts";
import { treeOf } from "./token-tree.ts";

const reader = markdownReader({ formula: () => "" });

/** What no XML file may hold. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const BULLETS = ["•", "◦", "▪"];

/** The same bytes for the same text, whenever it is made. */
export async function renderDocx(given: RenderedText): Promise<Uint8Array> {
  const name = writable(given.title);
  const reading = textLanguage(given.language);
  const isCode = reading.kind === "code";
  const text = writable(
    isCode ? given.content : given.content.slice(frontMatterLength(given.content)),
  );
  const writer = new DocxBlocks(given.images);
  const blocks = isCode ? writer.code(text) : writer.blocks(treeOf(reader.parse(text, {})));
  const spoken = isCode ? undefined : reading.spoken;
  // The text names itself, unless it was given another title.
  const isNamed = name === titleOf(undefined, text);
  const heading = new Paragraph({ text: name, heading: HeadingLevel.TITLE });
  const children = isNamed ? blocks : [heading, ...blocks];
  return unvaried(await Packer.toBuffer(fileOf(name, writer, children, spoken)));
}

function fileOf(
  title: string,
  writer: DocxBlocks,
  children: readonly FileChild[],
  spoken: string | undefined,
): Document {
  const run = { font: "Calibri", size: 22, ...(spoken && { language: { value: spoken } }) };
  const paragraph = { spacing: { after: 120, line: 276 } };
  return new Document({
    title,
    creator: "Quire",
    styles: { default: { document: { run, paragraph } } },
    numbering: { config: numberings(writer.starts) },
    footnotes: writer.footnotes,
    sections: [{ children }],
  });
}

function writable(text: string): string {
  return text.toWellFormed().replaceAll(UNWRITABLE, "\uFFFD");
}

function bulletOf(level: number): string {
  return BULLETS[level % BULLETS.length] ?? "•";
}

function numberings(starts: ReadonlyMap<string, number>) {
  const numbered = [[LISTS.numbers, 1] as const, ...starts];
  return [
    { reference: LISTS.bullets, levels: levels(LevelFormat.BULLET, bulletOf) },
    ...numbered.map(([reference, start]) => ({
      reference,
      levels: levels(LevelFormat.DECIMAL, (level) => `%${level + 1}.`, start),
    })),
  ];
}

function levels(
  format: NonNullable<ILevelsOptions["format"]>,
  textOf: (level: number) => string,
  start = 1,
): ILevelsOptions[] {
  return LEVELS.map((level) => {
    const style = { paragraph: { indent: indentOf(level) } };
    return { level, format, text: textOf(level), start, alignment: "left", style };
  });
}
