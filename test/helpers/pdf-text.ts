/** The text of a PDF as another program reads it: pdftotext, of poppler. */
import { spawnSync } from "node:child_process";

export function pdfText(pdf: Uint8Array): string {
  const { status, stdout, stderr } = spawnSync("pdftotext", ["-", "-"], { input: pdf });
  if (status !== 0) throw new Error(`pdftotext: ${stderr.toString()}`);
  return stdout.toString();
}
