/** Takes out of a Word file what differs each time it is made: the times in it, and random names of links. */
import { readZip, writeZip } from "./zip.ts";

/** Of what we have made ourselves, in bytes. */
const LARGEST = 2 ** 30;

const CORE = "docProps/core.xml";

/** When it was made and changed, which nothing has to say. */
const TIMES = /<dcterms:(created|modified)\b[^>]*>[^<]*<\/dcterms:\1>/g;

/** A relationship with a name that was drawn. A quote within an attribute is written otherwise. */
const DRAWN = /(?<= Id=")rId[\w-]{21}(?=")/g;

const RELATIONSHIPS = /^word\/_rels\/(.*)\.rels$/;

/** The same file for the same content. */
export async function unvaried(file: Buffer): Promise<Buffer> {
  const files = new Map(readZip(file, LARGEST));
  const core = files.get(CORE)?.toString() ?? "";
  files.set(CORE, Buffer.from(core.replaceAll(TIMES, "")));
  for (const path of files.keys()) {
    const part = RELATIONSHIPS.exec(path)?.[1];
    if (part !== undefined) renumber(files, path, `word/${part}`);
  }
  return writeZip(files);
}

/** In the part whose relationships they are, and there. */
function renumber(files: Map<string, Buffer>, path: string, part: string): void {
  const relationships = files.get(path)?.toString() ?? "";
  const drawn = relationships.match(DRAWN) ?? [];
  if (drawn.length === 0) return;
  const names = new Map(drawn.map((name, index) => [name, `rIdLink${index + 1}`]));
  const renamed = (xml: string) =>
    xml.replaceAll(/rId[\w-]{21}/g, (name) => names.get(name) ?? name);
  files.set(path, Buffer.from(renamed(relationships)));
  files.set(part, Buffer.from(renamed(files.get(part)?.toString() ?? "")));
}
