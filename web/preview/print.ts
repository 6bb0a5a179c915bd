/**
 * Paper in place of the page when it is printed, whether the preview is open or not. The browser
 * waits for nothing once it prints, so that what draws the paper is fetched before where that can
 * be foreseen; where it could not, the paper has the plain text.
 */
import type { OpenDocument } from "../open-document.ts";

type Paper = typeof import("./paper.ts");

/** Longest wait for what is drawn and fetched, in milliseconds; after it there is what there is. */
const PATIENCE_MS = 8000;

let paper: Paper | undefined;

/** What is on the page now, and of which document. */
let laid: { readonly open: OpenDocument; readonly element: HTMLElement } | undefined;

/** The document that the page shows. */
let shown: OpenDocument | undefined;

/** Ends the waiting for what is being prepared. */
let waiting: AbortController | undefined;

/** With formulas, diagrams and images, which the browser would not wait for. One at a time, and only what the page still shows. */
export async function printDocument(open: OpenDocument): Promise<void> {
  if (waiting) return;
  waiting = new AbortController();
  await prepareInTime(open, waiting);
  waiting = undefined;
  if (shown !== open) return;
  if (!isLaid(open)) layPlainText(open);
  print();
}

/** Answers what ends it. */
export function watchPrinting(open: OpenDocument): () => void {
  shown = open;
  const ending = new AbortController();
  const { signal } = ending;
  addEventListener("beforeprint", () => layAtOnce(open), { signal });
  addEventListener("afterprint", clearPaper, { signal });
  addEventListener("keydown", (event) => printByKey(event, open), { signal });
  // On the way to the browser's own menu.
  const root = document.documentElement;
  root.addEventListener("pointerleave", fetchAhead, { signal, once: true });
  return () => {
    ending.abort();
    if (shown === open) shown = undefined;
    waiting?.abort();
    clearPaper();
  };
}

async function prepareInTime(open: OpenDocument, patience: AbortController): Promise<void> {
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  patience.signal.addEventListener("abort", () => resolve());
  await Promise.race([prepare(open, patience.signal), isOver]);
  clearTimeout(timer);
  patience.abort();
}

/** Lays nothing once nobody waits for it. */
async function prepare(open: OpenDocument, patience: AbortSignal): Promise<void> {
  try {
    const { preparePaper } = await fetchPaper();
    await preparePaper(open, (element) => {
      if (!patience.aborted) put(open, element);
    });
  } catch (error) {
    console.info("The text is printed as it is written.", error);
  }
}

async function fetchPaper(): Promise<Paper> {
  paper ??= await import("./paper.ts");
  return paper;
}

/** Without it there is the plain text. */
function fetchAhead(): void {
  fetchPaper().catch(() => undefined);
}

function layAtOnce(open: OpenDocument): void {
  if (isLaid(open)) return;
  try {
    paper?.layPaper(open, (element) => put(open, element));
  } catch (error) {
    console.info("The text is printed as it is written.", error);
  }
  if (!isLaid(open)) layPlainText(open);
}

function isLaid(open: OpenDocument): boolean {
  return laid?.open === open;
}

function layPlainText(open: OpenDocument): void {
  const element = document.createElement("pre");
  element.className = "paper";
  element.textContent = open.text.toString();
  put(open, element);
}

function put(open: OpenDocument, element: HTMLElement): void {
  clearPaper();
  laid = { open, element };
  document.body.append(element);
}

function clearPaper(): void {
  laid?.element.remove();
  laid = undefined;
}

function printByKey(event: KeyboardEvent, open: OpenDocument): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key.toLowerCase() !== "p" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
  // With Control on a Mac it is the line above, as with the keys of Emacs anywhere.
  if (event.defaultPrevented || (ctrlKey && navigator.platform.startsWith("Mac"))) return;
  // The browser must not print either, for one that is held or for the line above the first.
  event.preventDefault();
  const isEmacs = event.target instanceof Element && event.target.closest(".cm-emacsMode");
  if (!event.repeat && !isEmacs) void printDocument(open);
}
