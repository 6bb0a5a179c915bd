/** Sends images to the server, shows how far they are where they will stand, and writes them there. */
import type { EditorView } from "@codemirror/view";
import { type ApiError, asApiError } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import "../styles/images.css";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { imageMarkdown } from "./image-text.ts";
import { sendImage } from "./upload-call.ts";
import { addPlaces, type Place, positionOf, removePlace } from "./upload-places.ts";

/** The others wait for these; more would have the server refuse them, and each other's answers late. */
const MOST_AT_ONCE = 3;

interface Upload extends Place {
  readonly file: File;
  readonly bar: HTMLProgressElement;
  readonly button: HTMLButtonElement;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** What follows it. */
  readonly after: string;
}

export interface UploadOptions {
  readonly view: EditorView;
  readonly open: OpenDocument;
  readonly files: readonly File[];
  readonly at: number;
}

let count = 0;

/** Each in one step that can be undone; of those that cannot be put in it is told why. */
export function uploadImages({ view, open, files, at }: UploadOptions): void {
  const uploads = files.map((file, index) => {
    const upload = newUpload(file, index < files.length - 1 ? "\n" : "");
    upload.button.addEventListener("click", () => {
      upload.cancel();
      view.dispatch({ effects: removePlace.of(upload) });
      view.focus();
    });
    return upload;
  });
  addPlaces(view, uploads, at);
  const refusals: string[] = [];
  const waiting = [...uploads];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const refusal = await carry(view, open, next);
      if (!refusal) continue;
      refusals.push(refusal);
      toast(refusals.join(" "));
    }
  };
  for (let n = 0; n < MOST_AT_ONCE; n++) void work();
}

/** From the file to the text. Answers what to say when it was not put in. */
async function carry(view: EditorView, open: OpenDocument, upload: Upload): Promise<string> {
  const { file, bar, signal } = upload;
  try {
    const { url } = await sendImage({
      documentId: open.id,
      token: open.token(),
      file,
      signal,
      onProgress: (part) => (bar.value = part),
    });
    return insert(view, open, upload, url) ? "" : sentence(file, "role");
  } catch (error) {
    if (signal.aborted) return "";
    view.dispatch({ effects: removePlace.of(upload) });
    return refusalOf(file, asApiError(error));
  }
}

/** False when nothing may be written any more. */
function insert(view: EditorView, open: OpenDocument, upload: Upload, url: string): boolean {
  const at = positionOf(view, upload);
  if (at === undefined || upload.signal.aborted) return true;
  const effects = removePlace.of(upload);
  if (view.state.readOnly) {
    view.dispatch({ effects });
    return false;
  }
  const text = imageMarkdown(upload.file.name, url) + upload.after;
  const { main } = view.state.selection;
  const isThere = main.empty && main.head === at;
  open.undo.stopCapturing();
  view.dispatch({
    changes: { from: at, insert: text },
    ...(isThere && { selection: { anchor: at + text.length } }),
    effects,
    userEvent: "input.drop",
  });
  open.undo.stopCapturing();
  return true;
}

function newUpload(file: File, after: string): Upload {
  const { uploading, cancel } = words.peek().images;
  const { name } = file;
  const element = make("span", { className: "cm-upload", contentEditable: "false" });
  const bar = make("progress", { value: 0, max: 1, ariaLabel: uploading(name) });
  const button = make("button", { type: "button", textContent: "×", ariaLabel: cancel(name) });
  element.append(make("span", { textContent: name, title: name }), bar, button);
  const cancelling = new AbortController();
  return {
    file,
    element,
    bar,
    button,
    after,
    order: (count += 1),
    signal: cancelling.signal,
    cancel: () => cancelling.abort(),
  };
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}

function refusalOf(file: File, { reason, message }: ApiError): string {
  return sentence(file, reason, message);
}

function sentence(file: File, reason: string, otherwise = ""): string {
  const { refused, reasons } = words.peek().images;
  const known: Readonly<Record<string, string>> = reasons;
  return refused(file.name, known[reason] ?? otherwise);
}
