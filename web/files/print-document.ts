/** Prints a document, or saves it as PDF: that is the browser's own dialog. */
import type { OpenDocument } from "../open-document.ts";
import { preparePrint } from "../preview/print.ts";

/** With formulas, diagrams and images, which the browser would not wait for. */
export async function printDocument(open: OpenDocument): Promise<void> {
  await preparePrint(open);
  print();
}
