/**
 * What is wrong with the attachments beside a database: each is read against its name, and
 * must be of a document that there is. What cannot be read hides nothing else. Knows no SQL.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentsIn, namesIn } from "./attachment-copy.ts";
import { ATTACHMENT_NAME, attachmentHash } from "./attachments.ts";

export interface AttachmentProblem {
  readonly document?: string;
  readonly row?: string;
  readonly problem: string;
}

export interface AttachmentsCheck {
  /** How many were looked at. */
  readonly attachments: number;
  readonly problems: readonly AttachmentProblem[];
}

/** @param isDocument Asked when the attachments of a document have been listed: it is there before they are. */
export function checkAttachments(
  folder: string,
  isDocument: (id: string) => boolean,
): AttachmentsCheck {
  const problems: AttachmentProblem[] = [];
  let attachments = 0;
  const listed = <T>(place: object, list: () => T[]): T[] => {
    try {
      return list();
    } catch (error) {
      problems.push({ ...place, problem: `cannot be read: ${wordsOf(error)}` });
      return [];
    }
  };
  for (const document of listed({ row: "attachments" }, () => documentsIn(folder))) {
    const names = listed({ document, row: "attachments" }, () => namesIn(folder, document));
    attachments += names.length;
    const isKnown = names.length > 0 && isDocument(document);
    for (const name of names) {
      const path = join(folder, document, name);
      const problem = isKnown ? wrongWith(path, name) : "is of no document";
      // Whatever was removed meanwhile is no problem.
      if (!problem || !existsSync(path)) continue;
      problems.push({ document, row: `attachment ${name}`, problem });
    }
  }
  return { attachments, problems };
}

/** As words; undefined when its content is what its name says. */
function wrongWith(path: string, name: string): string | undefined {
  if (!ATTACHMENT_NAME.test(name)) return "is no attachment's name";
  try {
    const digest = createHash("sha256").update(readFileSync(path)).digest();
    return name.startsWith(`${attachmentHash(digest)}.`) ? undefined : "is not what its name says";
  } catch (error) {
    return `cannot be read: ${wordsOf(error)}`;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
