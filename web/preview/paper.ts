/** The whole text for the printer: laid out at once, and drawn when everything has been fetched. */
import "../styles/prose.css";
import { showAttachments } from "../images/attachment-images.ts";
import type { OpenDocument } from "../open-document.ts";
import { drawBlock } from "./drawing.ts";
import { readBlocks } from "./reading.ts";

/** The element is there when it returns; the promise resolves once formulas, diagrams and images are drawn. */
export async function layPaper(open: OpenDocument): Promise<void> {
  const blocks = readBlocks(open.text.toString()).map(({ html }) => drawBlock(html, "light"));
  const paper = document.createElement("div");
  paper.className = "paper prose";
  paper.append(...blocks.map(({ element }) => element));
  document.querySelector(".paper")?.remove();
  document.body.append(paper);
  await Promise.all([showAttachments(paper, open), ...blocks.map(({ whole }) => whole)]);
  const images = [...paper.querySelectorAll<HTMLImageElement>("img[src]")];
  // What cannot be shown is not waited for.
  await Promise.allSettled([document.fonts.ready, ...images.map((image) => image.decode())]);
}
