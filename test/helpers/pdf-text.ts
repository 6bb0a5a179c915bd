/** The text of a PDF as another program reads it: pdftotext, of poppler. */
import { spawnSync } from "node:child_process";

/** What to do where it cannot be installed by the tests themselves. */
export const HOW_TO_GET_A_READER =
  "The tests of PDF need pdftotext: install it (Debian: apt install poppler-utils).";

export function hasPdfReader(): boolean {
  return spawnSync("pdftotext", ["-v"]).error === undefined;
}

export function pdfText(pdf: Uint8Array): string {
  const { status, stdout, stderr } = spawnSync("pdftotext", ["-", "-"], { input: pdf });
  if (status !== 0) throw new Error(`pdftotext: ${stderr.toString()}`);
  return stdout.toString();
}
