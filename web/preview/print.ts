/**
 * Paper in place of the page when it is printed, whether the preview is open or not. The browser
 * waits for nothing once it prints, so that what draws the paper is fetched before where that can
 * be foreseen; where it could not, the paper has the plain text.
 */
import type { OpenDocument } from "../open-document.ts";

type Paper = typeof import("./paper.ts");

let paper: Paper | undefined;

/** Lays the whole text out for `window.print()`; resolves once formulas, diagrams and images are drawn. */
export async function preparePrint(open: OpenDocument): Promise<void> {
  try {
    const { layPaper } = await fetchPaper();
    await layPaper(open);
  } catch (error) {
    console.info("The text is printed as it is written.", error);
  }
}

/** Answers what ends it. */
export function watchPrinting(open: OpenDocument): () => void {
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
    clearPaper();
  };
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
  if (document.querySelector(".paper")) return;
  if (paper) void paper.layPaper(open);
  else layPlainText(open.text.toString());
}

function layPlainText(text: string): void {
  const element = document.createElement("pre");
  element.className = "paper";
  element.textContent = text;
  document.body.append(element);
}

function clearPaper(): void {
  document.querySelector(".paper")?.remove();
}

function printByKey(event: KeyboardEvent, open: OpenDocument): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key.toLowerCase() !== "p" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
  // With Control on a Mac it is the line above.
  if (ctrlKey && navigator.platform.startsWith("Mac")) return;
  event.preventDefault();
  void preparePrint(open).then(() => print());
}
