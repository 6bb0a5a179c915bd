/**
 * Removes images whose document was never made, or is gone: what a server leaves that is killed
 * in the midst of something. To be done before anybody can make a document here; what other nodes
 * are making at this moment `Attachments.documents` does not name.
 */
import type { Logger } from "pino";
import type { Attachments } from "../persistence/attachments.ts";
import type { Store } from "../persistence/store.ts";

/** Asked for at once. */
const MOST = 500;

export interface StrayOptions {
  readonly store: Pick<Store, "find">;
  readonly attachments: Pick<Attachments, "documents" | "remove">;
  readonly logger: Logger;
}

/**
 * Where no document is known at all, the database is another one than the images were put in
 * under, and nothing is removed. What fails is logged, and left for the next start.
 */
export async function removeStrays({ store, attachments, logger }: StrayOptions): Promise<void> {
  try {
    const documents = await attachments.documents();
    const strays = await unknownOf(store, documents);
    if (strays.length > 0 && strays.length === documents.length) {
      logger.warn({ documents: strays.length }, "there are images, and none is of a document here");
      return;
    }
    for (const documentId of strays) {
      await attachments.remove(documentId);
      logger.info({ documentId }, "images of no document were removed");
    }
  } catch (error) {
    logger.error({ err: error }, "images of no document could not be looked for");
  }
}

async function unknownOf(store: Pick<Store, "find">, ids: readonly string[]): Promise<string[]> {
  const unknown: string[] = [];
  for (let at = 0; at < ids.length; at += MOST) {
    const asked = ids.slice(at, at + MOST);
    const found = await Promise.all(asked.map((id) => store.find(id)));
    unknown.push(...asked.filter((_, index) => !found[index]));
  }
  return unknown;
}
