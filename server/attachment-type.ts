/**
 * What an attachment is, by its content and never by its name or by what its sender says.
 * The list of what is taken stands here and nowhere else.
 */
import { fileTypeFromBuffer } from "file-type";

/** By the extension that an attachment's name gets. SVG is no image here: it may hold scripts. */
const TYPES = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
} as const;

type Extension = keyof typeof TYPES;

/** An animated PNG is shown as one. */
const SAME_AS: Readonly<Record<string, Extension>> = { apng: "png" };

/** What may stand before the root of an SVG. */
const PROLOGUE = /^(?:\s+|<\?[^>]*\?>|<!--[^]*?-->|<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>)/i;

const SVG_ROOT = /^<(?:\w+:)?svg[\s/>]/;

/** The media type of what has this extension. */
export function mediaType(name: string): string | undefined {
  const extension = name.split(".").at(-1) ?? "";
  return isTaken(extension) ? TYPES[extension] : undefined;
}

/** The extension for content that begins like this; undefined when it is none of what is taken. */
export async function extensionOf(head: Uint8Array): Promise<Extension | undefined> {
  const found = (await fileTypeFromBuffer(head))?.ext ?? "";
  const extension = SAME_AS[found] ?? found;
  if (isTaken(extension)) return extension;
  return isSvg(head) ? "svg" : undefined;
}

function isTaken(extension: string): extension is Extension {
  return Object.hasOwn(TYPES, extension);
}

function isSvg(head: Uint8Array): boolean {
  let rest = new TextDecoder().decode(head);
  for (;;) {
    const [prologue] = PROLOGUE.exec(rest) ?? [];
    if (!prologue) return SVG_ROOT.test(rest);
    rest = rest.slice(prologue.length);
  }
}
