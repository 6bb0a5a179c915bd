/**
 * The pictures that a file holds within itself, as `data:` addresses: taken out of it before it
 * becomes Markdown, and put into the document that it became, as attachments of that.
 */
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import type { CreatedDocument } from "#protocol/rest.ts";
import { roomAddress } from "../address.ts";
import { sendImage } from "../images/upload-call.ts";
import { Provider } from "../sync/provider.ts";
import { comesTrue } from "./settled.ts";

/** So many are sent at once; more would have the server refuse them. */
const MOST_AT_ONCE = 3;

/** How long the server may take to bring the document, and to store what is put in; milliseconds. */
const PATIENCE_MS = 15_000;

export interface Picture {
  readonly file: File;
  /** Its place in the text, and how long the words are that stand there for it. */
  readonly at: number;
  readonly length: number;
}

/** Of one file. */
export class Pictures {
  readonly #files: File[] = [];
  /** Of letters, which no Markdown escapes; that it should stand in a text already is past chance. */
  readonly #mark = `picture${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;

  /** Puts each one's own words in its place, between marks that survive becoming Markdown. */
  mark(page: Document): void {
    for (const image of page.body.querySelectorAll("img")) {
      const file = fileIn(image.getAttribute("src") ?? "", `${this.#files.length}`);
      if (!file) continue;
      const index = this.#files.push(file) - 1;
      image.replaceWith(`${this.#mark}n${index}a${image.alt}${this.#mark}z`);
    }
  }

  /** The text without the marks, and where the pictures belong in it. */
  takeOut(marked: string): { readonly content: string; readonly pictures: readonly Picture[] } {
    const places = new RegExp(`${this.#mark}n(\\d+)a([^]*?)${this.#mark}z`, "g");
    const pictures: Picture[] = [];
    let content = "";
    let end = 0;
    for (const found of marked.matchAll(places)) {
      const [whole, index, alt = ""] = found;
      content += marked.slice(end, found.index);
      const file = this.#files[Number(index)];
      if (file) pictures.push({ file, at: content.length, length: alt.length });
      content += alt;
      end = found.index + whole.length;
    }
    return { content: content + marked.slice(end), pictures };
  }
}

/** Undefined for a picture that stands elsewhere, or cannot be read. */
function fileIn(address: string, name: string): File | undefined {
  const [, type, encoding, data = ""] =
    /^data:(image\/[\w.+-]+)[^,]*?(;base64)?,([^]*)$/i.exec(address) ?? [];
  if (!type) return undefined;
  try {
    const plain = decodeURIComponent(data);
    const bytes = encoding
      ? Uint8Array.from(atob(plain), (letter) => letter.codePointAt(0) ?? 0)
      : plain;
    return new File([bytes], name, { type: type.toLowerCase() });
  } catch {
    return undefined;
  }
}

/** Into a document that nobody has opened yet. Answers how many could not be put in. */
export async function putIn(
  pictures: readonly Picture[],
  created: CreatedDocument,
): Promise<number> {
  const urls = await upload(pictures, created);
  const sent = pictures.flatMap((picture, index) => {
    const url = urls[index];
    return url ? [{ ...picture, url }] : [];
  });
  const isWritten = sent.length === 0 || (await write(sent, created));
  return isWritten ? pictures.length - sent.length : pictures.length;
}

/** The address of each, or nothing. */
async function upload(
  pictures: readonly Picture[],
  { id, token }: CreatedDocument,
): Promise<readonly (string | undefined)[]> {
  const urls: (string | undefined)[] = pictures.map(() => undefined);
  const waiting = pictures.map(({ file }, index) => ({ file, index }));
  const { signal } = new AbortController();
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const call = { documentId: id, token, file: next.file, signal, onProgress: () => undefined };
      urls[next.index] = (await sendImage(call).catch(() => undefined))?.url;
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, work));
  return urls;
}

/** As an edit of its owner's, since the addresses are known only now. Answers whether it is stored. */
async function write(
  sent: readonly (Picture & { readonly url: string })[],
  { id, token }: CreatedDocument,
): Promise<boolean> {
  const doc = new Y.Doc();
  const provider = new Provider({ doc, url: roomAddress(id), token: () => token });
  try {
    if (!(await comesTrue(() => provider.synced.value, PATIENCE_MS))) return false;
    const text = doc.getText(CONTENT);
    doc.transact(() => {
      // From the end, so that the places before it stay where they are.
      for (const { at, length, url } of sent.toReversed()) {
        text.insert(at + length, `](${url})`);
        text.insert(at, "![");
      }
    });
    return await comesTrue(() => provider.unsaved.value === 0, PATIENCE_MS);
  } finally {
    provider.destroy();
    doc.destroy();
  }
}
