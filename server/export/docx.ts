/** A document as a Word file, from what markdown-it reads: no HTML on the way, and nothing that is fetched. */
import { Document, HeadingLevel, type ILevelsOptions, LevelFormat, Packer, Paragraph } from "docx";
import { titleOf } from "#protocol/document.ts";
import { frontMatterLength, markdownReader } from "#protocol/markdown.ts";
import { DocxBlocks, indentOf, LISTS } from "./docx-blocks.ts";
import { treeOf } from "./token-tree.ts";

const reader = markdownReader({ formula: () => "" });

/** What no XML file may hold. */
// oxlint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const BULLETS = ["•", "◦", "▪"];

/** @param content Markdown. */
export async function renderDocx(title: string, content: string): Promise<Uint8Array> {
  const name = writable(title);
  const text = writable(content.slice(frontMatterLength(content)));
  const writer = new DocxBlocks();
  const blocks = writer.blocks(treeOf(reader.parse(text, {})));
  // The text names itself, unless it was given another title.
  const heading = new Paragraph({ text: name, heading: HeadingLevel.TITLE });
  const document = new Document({
    title: name,
    creator: "Quire",
    styles: {
      default: {
        document: {
          run: { font: "Calibri", size: 22 },
          paragraph: { spacing: { after: 120, line: 276 } },
        },
      },
    },
    numbering: { config: numberings(writer.starts) },
    footnotes: writer.footnotes,
    sections: [{ children: name === titleOf(undefined, text) ? blocks : [heading, ...blocks] }],
  });
  return new Uint8Array(await Packer.toBuffer(document));
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
