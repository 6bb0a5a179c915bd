/** What a file is by its name, to whoever opens one and to whoever is sent one. */

/** Words alone, a web page or a Word file. */
export type FileKind = "text" | "page" | "word";

const KINDS: Readonly<Record<string, FileKind>> = {
  md: "text",
  markdown: "text",
  txt: "text",
  html: "page",
  htm: "page",
  docx: "word",
};

/** A name and its ending. */
const NAME = /^(.*?)\.([^.]*)$/s;

/** Undefined for what no document is made of. */
export function kindNamed(name: string): FileKind | undefined {
  return KINDS[NAME.exec(name)?.[2]?.toLowerCase() ?? ""];
}

/** Its name without the ending; empty where it has none. */
export function titleOfFile(name: string): string {
  return (NAME.exec(name)?.[1] ?? name).trim();
}
