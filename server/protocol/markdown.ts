/**
 * How Markdown is read, the same for the preview and for every export: CommonMark with tables,
 * task lists, footnotes, alerts, formulas, and HTML, which whoever shows it must sanitise.
 */
import { alert } from "@mdit/plugin-alert";
import { footnote } from "@mdit/plugin-footnote";
import { tasklist } from "@mdit/plugin-tasklist";
import { tex } from "@mdit/plugin-tex";
import MarkdownIt from "markdown-it";

/** At the very start of a text, between lines of three dashes; not shown. */
const FRONT_MATTER = /^---[ \t]*\n(?:[^\n]*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)/;

export interface MarkdownOptions {
  /** HTML for the source of a formula, in a line or as a block of its own. */
  readonly formula: (source: string, isBlock: boolean) => string;
}

/** A line break in the source is one on the page, as people expect who never heard of Markdown. */
export function markdownReader({ formula }: MarkdownOptions): MarkdownIt {
  const reader = new MarkdownIt({ html: true, linkify: true, breaks: true })
    .use(alert)
    .use(footnote)
    .use(tasklist, { disabled: false, label: false })
    .use(tex, { render: formula, mathFence: true });
  // `README.md` is a file and no address in Moldova.
  reader.linkify.set({ fuzzyLink: false });
  return reader;
}

/** How long the front matter is, in UTF-16 code units; 0 when there is none. */
export function frontMatterLength(text: string): number {
  return FRONT_MATTER.exec(text)?.[0].length ?? 0;
}
