/** How HTML is written as Markdown, the same for what is pasted in the page and for files that the server reads. */
import TurndownService from "turndown";

/** As much of a node of the page, or of the server's reader, as is asked for here. */
interface ListItem {
  readonly nextSibling: unknown;
  readonly parentNode: {
    readonly nodeName: string;
    readonly childNodes: ArrayLike<unknown>;
    readonly getAttribute?: (name: string) => string | null;
  } | null;
}

/** To be taught more by `use` and `addRule`. */
export function markdownWriter(): TurndownService {
  const writer = new TurndownService({
    headingStyle: "atx",
    hr: "---",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
  });
  writer.addRule("list item", { filter: "li", replacement: listItem });
  // In Markdown it would be a tag again.
  const escape = writer.escape.bind(writer);
  writer.escape = (text) => escape(text).replaceAll("<", "\\<");
  return writer;
}

/** As it is written here: one blank after the sign, and what belongs to it under its first word. */
function listItem(content: string, node: ListItem): string {
  const sign = node.parentNode?.nodeName === "OL" ? `${numberOf(node, node.parentNode)}. ` : "- ";
  const words = content.trim().replaceAll("\n", `\n${" ".repeat(sign.length)}`);
  const lines = words.replaceAll(/^[ \t]+$/gm, "");
  return `${sign}${lines}${node.nextSibling ? "\n" : ""}`;
}

function numberOf(item: ListItem, list: NonNullable<ListItem["parentNode"]>): number {
  const start = Number.parseInt(list.getAttribute?.("start") ?? "1", 10);
  const items = Array.from(list.childNodes).filter(isElement);
  return (Number.isNaN(start) ? 1 : start) + items.indexOf(item);
}

function isElement(node: unknown): boolean {
  return (node as { readonly nodeType: number }).nodeType === 1;
}
