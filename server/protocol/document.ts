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

/** So much of a line is looked at for a title: what follows it costs nothing, whatever it is. */
const LOOKED_AT = 1000;

/** Line ends become `\n` and a byte order mark is dropped; all else stays to the byte. */
export function normalizeText(text: string): string {
  return normalizeLineEnds(text.startsWith("\uFEFF") ? text.slice(1) : text);
}

/** For a part of a text. */
export function normalizeLineEnds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

/** The title given, or else the first heading, or else the first line with something on it. */
export function titleOf(given: unknown, content: string): string {
  const chosen = typeof given === "string" ? shortened(oneLine(given)) : "";
  return chosen || firstHeading(content) || firstLine(content) || UNTITLED;
}

/** Whether it names itself by a heading. */
export function hasHeading(content: string): boolean {
  return firstHeading(content) !== "";
}

function firstHeading(content: string): string {
  const heading = /^ {0,3}#{1,6}[ \t]+(.*)$/m.exec(content)?.[1] ?? "";
  return shortened(oneLine(heading).replace(/ #+$/, ""));
}

function firstLine(content: string): string {
  return shortened(oneLine(/^.*\S.*$/m.exec(content)?.[0] ?? ""));
}

function oneLine(text: string): string {
  return text.trimStart().slice(0, LOOKED_AT).replaceAll(/\s+/g, " ").trimEnd();
}

/** Without half a character at its end. */
function shortened(line: string): string {
  if (line.length <= TITLE_LENGTH) return line;
  const start = line.slice(0, TITLE_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${start.trimEnd()}…`;
}
