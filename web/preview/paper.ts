/** The whole text as it reads, for the printer. Knows neither when it is printed nor for how long it stays. */
import "../styles/prose.css";
import { showAttachments } from "../images/attachment-images.ts";
import { showForeign, showsForeign } from "../images/foreign-images.ts";
import type { OpenDocument } from "../open-document.ts";
import { drawBlock } from "./drawing.ts";
import { Reader } from "./reader.ts";
import { readBlocks, type Source } from "./reading.ts";

/** Has the page hold it; at once, since nothing is drawn that stands nowhere. */
type Put = (paper: HTMLElement) => void;

/** Read beside the page; resolves once formulas, diagrams and images are drawn. */
export async function preparePaper(open: OpenDocument, put: Put): Promise<void> {
  const reader = new Reader();
  try {
    await lay(await reader.read(sourceOf(open)), open, put);
  } finally {
    reader.restart();
  }
}

/** It is there when this returns, with what can be drawn by then. */
export function layPaper(open: OpenDocument, put: Put): void {
  lay(readBlocks(sourceOf(open)), open, put).catch((error: unknown) =>
    console.info("Something is missing on paper.", error),
  );
}

function sourceOf(open: OpenDocument): Source {
  return { text: open.text.toString(), language: open.language.value };
}

async function lay(
  read: readonly { readonly html?: string }[],
  open: OpenDocument,
  put: Put,
): Promise<void> {
  const blocks = read.map(({ html = "" }) => drawBlock(html, "light"));
  const paper = document.createElement("div");
  paper.className = "paper prose";
  paper.append(...blocks.map(({ element }) => element));
  if (showsForeign(open.id)) showForeign(paper);
  put(paper);
  await Promise.all([showAttachments(paper, open), ...blocks.map(({ whole }) => whole)]);
  const images = [...paper.querySelectorAll<HTMLImageElement>("img[src]")];
  // What cannot be shown is not waited for.
  await Promise.allSettled([document.fonts.ready, ...images.map((image) => image.decode())]);
}
