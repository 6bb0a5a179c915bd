/** The blocks of a text for Word: paragraphs, lists, tables, quotes, code and rules. */
import {
  AlignmentType,
  BorderStyle,
  type FileChild,
  HeadingLevel,
  type IParagraphOptions,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  WidthType,
} from "docx";
import sanitizeHtml from "sanitize-html";
import type { LoadedImages } from "./document-images.ts";
import { CODE_FONT, CODE_TINT, DocxInline, linesOf } from "./docx-inline.ts";
import type { Node } from "./token-tree.ts";

/** Of one step in, in twentieths of a point. */
const STEP = 540;

/** Word knows no more. */
const DEEPEST_LEVEL = 8;

/** Names of the two kinds of lists; numbered ones that do not begin at 1 have names of their own. */
export const LISTS = { bullets: "bullets", numbers: "numbers" };

const HEADINGS = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
  HeadingLevel.HEADING_6,
];

/** Where a block stands. */
interface Place {
  /** How many lists it is in. */
  readonly lists: number;
  readonly quotes: number;
  /** Set for the first paragraph of a list's item. */
  readonly bullet: IParagraphOptions["numbering"];
  readonly align: IParagraphOptions["alignment"];
  readonly isHead: boolean;
}

const START: Place = {
  lists: 0,
  quotes: 0,
  bullet: undefined,
  align: undefined,
  isHead: false,
};

/** Writes one document; remembers its lists and footnotes. */
export class DocxBlocks {
  /** Where numbered lists begin that do not begin at 1, by their names. */
  readonly starts = new Map<string, number>();
  /** By their number. */
  readonly footnotes: Record<string, { children: Paragraph[] }> = {};
  readonly #inline: DocxInline;
  #lists = 0;

  constructor(images: LoadedImages) {
    this.#inline = new DocxInline(images);
  }

  /** A text that is all of it code. */
  code(text: string): FileChild[] {
    return [code(text, START)];
  }

  blocks(nodes: readonly Node[], place: Place = START): FileChild[] {
    return nodes.flatMap((node) => this.#block(node, place));
  }

  #block(node: Node, place: Place): FileChild[] {
    const { type, token, children } = node;
    switch (type) {
      case "heading":
        return [this.#paragraph(children, place, HEADINGS[Number(token.tag[1]) - 1])];
      case "paragraph":
        return [this.#paragraph(children, place)];
      case "bullet_list":
      case "ordered_list":
        return this.#list(node, place);
      case "blockquote":
      case "alert":
        return this.blocks(children, { ...place, quotes: place.quotes + 1 });
      case "alert_title":
        return [boxed(linesOf(capitalised(token.content), { bold: true }), place)];
      case "fence":
      case "code_block":
      case "math_block":
        return [code(token.content, place)];
      case "hr":
        return [new Paragraph({ thematicBreak: true })];
      case "table":
        return [this.#table(node)];
      case "html_block":
        return html(token.content, place);
      case "footnote":
        return this.#footnote(node);
      default:
        return this.blocks(children, place);
    }
  }

  #list({ type, token, children }: Node, place: Place): FileChild[] {
    const level = Math.min(place.lists, DEEPEST_LEVEL);
    const reference =
      type === "bullet_list" ? LISTS.bullets : this.#numbersFrom(token.attrGet("start"));
    const instance = (this.#lists += 1);
    return children.flatMap((item) => {
      const isTask = item.token.attrGet("class") === "task-list-item";
      const bullet = isTask ? undefined : { reference, level, instance };
      const inside = { ...place, lists: place.lists + 1 };
      const [first, ...rest] = item.children;
      if (!first) return [boxed([], { ...inside, bullet })];
      return [
        ...this.#block(first, { ...inside, bullet }),
        ...this.blocks(rest, { ...inside, bullet: undefined }),
      ];
    });
  }

  /** Name of a numbered list that begins there. */
  #numbersFrom(start: string | null): string {
    if (start === null || start === "1") return LISTS.numbers;
    const name = `${LISTS.numbers}-${start}`;
    this.starts.set(name, Number(start));
    return name;
  }

  #table({ children }: Node): Table {
    const rows = children.flatMap((part) =>
      part.children.map((row) => this.#row(row, part.type === "thead")),
    );
    return new Table({ rows, width: { size: 100, type: WidthType.PERCENTAGE } });
  }

  #row({ children }: Node, isHead: boolean): TableRow {
    const cells = children.map(({ token, children: content }) => {
      const align = ALIGNMENTS[String(token.attrGet("style"))];
      return new TableCell({ children: [this.#paragraph(content, { ...START, align, isHead })] });
    });
    return new TableRow({ children: cells, ...(isHead && { tableHeader: true }) });
  }

  #paragraph(
    children: readonly Node[],
    place: Place,
    heading?: IParagraphOptions["heading"],
  ): Paragraph {
    const runs = this.#inline.runsOf(children[0], place.isHead ? { bold: true } : {});
    return boxed(runs, place, heading && { heading });
  }

  #footnote({ token, children }: Node): FileChild[] {
    const { id } = token.meta as { readonly id: number };
    const content = this.blocks(children).filter((block) => block instanceof Paragraph);
    this.footnotes[id + 1] = { children: content.length > 0 ? content : [new Paragraph("")] };
    return [];
  }
}

const ALIGNMENTS: Readonly<Record<string, IParagraphOptions["alignment"]>> = {
  "text-align:left": AlignmentType.LEFT,
  "text-align:center": AlignmentType.CENTER,
  "text-align:right": AlignmentType.RIGHT,
};

function code(source: string, place: Place): Paragraph {
  const text = source.replace(/\n$/, "");
  return boxed(linesOf(text, { font: CODE_FONT }), place, { shading: CODE_TINT });
}

/** What it says; nothing of it is anything to Word. */
function html(source: string, place: Place): Paragraph[] {
  const escaped = sanitizeHtml(source, { allowedTags: [] }).trim();
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', amp: "&" };
  const text = escaped.replaceAll(/&(lt|gt|quot|amp);/g, (_, name: string) => entities[name] ?? "");
  return text ? [boxed(linesOf(text, {}), place)] : [];
}

/** Indented as its place asks for, and with the line of a quote. */
function boxed(
  children: NonNullable<IParagraphOptions["children"]>,
  { lists, quotes, bullet, align }: Place,
  more: IParagraphOptions = {},
): Paragraph {
  const line = { style: BorderStyle.SINGLE, size: 18, space: 10, color: "C8CBD0" };
  return new Paragraph({
    ...more,
    children,
    ...(align && { alignment: align }),
    ...(bullet ? { numbering: bullet } : { indent: { left: (lists + quotes) * STEP } }),
    ...(quotes > 0 && { border: { left: line } }),
  });
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

/** Left edge and hanging indent of a list's level. */
export function indentOf(level: number) {
  return { left: (level + 1) * STEP, hanging: STEP / 2 };
}
