/** What stands in the database, read past all nodes: the log alone, which is the truth. */
import { CONTENT } from "#protocol/document.ts";
import { assemble } from "../../persistence/assembly.ts";
import { openPostgresStore, type PostgresStore } from "../../persistence/postgres/client.ts";

const MOST_BYTES = 2 ** 20;

/**
 * The text of each document.
 * @throws when the numbers of a log have a gap.
 */
export async function storedTexts(
  databaseUrl: string,
  documentIds: readonly string[],
): Promise<string[]> {
  const store = await openPostgresStore({ databaseUrl, nodeId: "audit" });
  try {
    return await Promise.all(documentIds.map((id) => storedText(store, id)));
  } finally {
    await store.close();
  }
}

async function storedText(store: PostgresStore, documentId: string): Promise<string> {
  const updates: Uint8Array[] = [];
  for (;;) {
    const { entries } = await store.entriesAfter(documentId, updates.length, MOST_BYTES);
    if (entries.length === 0) break;
    for (const { seq, update } of entries) {
      updates.push(update);
      if (seq !== updates.length)
        throw new Error(`in the log of ${documentId}, ${seq} follows ${updates.length - 1}`);
    }
  }
  const { doc } = assemble(updates);
  return doc.getText(CONTENT).toString();
}
