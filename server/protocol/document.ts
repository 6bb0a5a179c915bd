/**
 * What a Quire document is inside its Yjs document: the names of its parts, how
 * text is normalised at every entrance, and how an untitled one gets its title.
 */

/** Name of the `Y.Text` with the text. */
export const CONTENT = "content";

/** Name of the `Y.Map` with `title` and `language`. */
export const META = "meta";

/** Shown where a document has neither a title nor any text. */
export const UNTITLED = "Untitled";

const TITLE_LENGTH = 120;

/** Line ends become `\n` and a byte order mark is dropped; all else stays to the byte. */
export function normalizeText(text: string): string {
  const unmarked = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return unmarked.replaceAll(/\r\n?/g, "\n");
}

/** The title given, or else the first heading, or else the first line with something on it. */
export function titleOf(given: unknown, content: string): string {
  const chosen = typeof given === "string" ? oneLine(given) : "";
  return chosen || firstHeading(content) || firstLine(content) || UNTITLED;
}

/** Whether it names itself by a heading. */
export function hasHeading(content: string): boolean {
  return firstHeading(content) !== "";
}

function firstHeading(content: string): string {
  const heading = /^ {0,3}#{1,6}[ \t]+(.*)$/m.exec(content)?.[1] ?? "";
  return oneLine(heading.replace(/[ \t]+#+[ \t]*$/, ""));
}

function firstLine(content: string): string {
  return oneLine(/^.*\S.*$/m.exec(content)?.[0] ?? "");
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH - 1).trimEnd()}…` : line;
}
