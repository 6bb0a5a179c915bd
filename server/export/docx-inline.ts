/** The text of a paragraph for Word: runs with their marks, links, breaks and footnotes. */
import {
  ExternalHyperlink,
  FootnoteReferenceRun,
  type IRunOptions,
  type ParagraphChild,
  TextRun,
} from "docx";
import type Token from "markdown-it/lib/token.mjs";
import type { LoadedImages } from "./document-images.ts";
import { DocxImages } from "./docx-images.ts";
import { type Node, treeOf } from "./token-tree.ts";

/** For code and formulas. */
export const CODE_FONT = "Consolas";

/** Behind code, as Word writes colours. */
export const CODE_TINT = { type: "clear", fill: "F2F2F2" } as const;

type Marks = Pick<
  IRunOptions,
  "bold" | "italics" | "strike" | "font" | "shading" | "style" | "superScript"
>;

const MARKS: Readonly<Record<string, Marks>> = {
  strong: { bold: true },
  em: { italics: true },
  s: { strike: true },
};

const CODE: Marks = { font: CODE_FONT, shading: CODE_TINT };

/** Writes the text of one document's paragraphs. */
export class DocxInline {
  readonly #images: DocxImages;

  constructor(images: LoadedImages) {
    this.#images = new DocxImages(images);
  }

  /** Of an `inline` token, or of nothing. */
  runsOf(inline: Node | undefined, marks: Marks = {}): ParagraphChild[] {
    return this.#runs(treeOf(inline?.token.children ?? []), marks);
  }

  #runs(nodes: readonly Node[], marks: Marks): ParagraphChild[] {
    return nodes.flatMap((node) => this.#runsOfNode(node, marks));
  }

  #runsOfNode({ type, token, children }: Node, marks: Marks): ParagraphChild[] {
    switch (type) {
      case "text":
        return [run(token.content, marks)];
      case "code_inline":
      case "math_inline":
        return [run(token.content, { ...marks, ...CODE })];
      case "softbreak":
      case "hardbreak":
        return [run("", marks, 1)];
      case "html_inline":
        return /^<br\b/i.test(token.content) ? [run("", marks, 1)] : [];
      case "link":
        return link(token.attrGet("href"), (more) => this.#runs(children, { ...marks, ...more }));
      case "image":
        return this.#image(wordsOf(token.children ?? []), token.attrGet("src") ?? "", marks);
      case "checkbox_input":
        return [run(token.attrGet("checked") === null ? "☐" : "☑", marks)];
      case "footnote_ref":
        return [footnote(token.meta as FootnoteMeta, marks)];
      default:
        return this.#runs(children, { ...marks, ...MARKS[type] });
    }
  }

  /** Itself if it is the document's own; otherwise its words, and where it is. */
  #image(alt: string, source: string, marks: Marks): ParagraphChild[] {
    const own = this.#images.run(source, alt);
    if (own) return [own];
    const isData = source.startsWith("data:");
    const words = alt || (isData ? "" : source);
    if (/^https?:/i.test(source)) {
      return link(source, (more) => [run(words, { ...marks, ...more })]);
    }
    return [run(isData || words === source ? words : `${words} (${source})`, marks)];
  }
}

/** As many lines as the text has. */
export function linesOf(text: string, marks: Marks): TextRun[] {
  return text.split("\n").map((line, index) => run(line, marks, index > 0 ? 1 : 0));
}

function run(text: string, marks: Marks, breaks = 0): TextRun {
  return new TextRun({ ...marks, text, ...(breaks > 0 && { break: breaks }) });
}

/** Word resolves what is not absolute against the folder of the file, where nothing is. */
function link(target: string | null, content: (marks: Marks) => ParagraphChild[]) {
  if (!target || !/^(https?|mailto|tel):/i.test(target)) return content({});
  return [new ExternalHyperlink({ link: target, children: content({ style: "Hyperlink" }) })];
}

/** Without marks. */
function wordsOf(tokens: readonly Token[]): string {
  return tokens.map(({ type, content }) => (type === "softbreak" ? " " : content)).join("");
}

interface FootnoteMeta {
  readonly id: number;
  /** How often it was referred to before. */
  readonly subId?: number;
}

/** Word wants each footnote referred to once. */
function footnote({ id, subId = 0 }: FootnoteMeta, marks: Marks): ParagraphChild {
  if (subId === 0) return new FootnoteReferenceRun(id + 1);
  return run(String(id + 1), { ...marks, superScript: true });
}
