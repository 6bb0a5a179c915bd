/** Prints a document, or saves it as PDF: that is the browser's own dialog. */
import type { OpenDocument } from "../open-document.ts";

export function printDocument(_open: OpenDocument): void {
  print();
}
