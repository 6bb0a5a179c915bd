/** What a stored document says, for threads that read it without opening its room. */
import * as Y from "yjs";
import { CONTENT, META, titleOf } from "#protocol/document.ts";
import { assemble } from "../persistence/assembly.ts";
import type { StoredDocument } from "../persistence/store.ts";
import { type Packed, pack, unpack } from "../persistence/packing.ts";

export interface StoredContent {
  readonly title: string;
  readonly content: string;
  /** Undefined when nobody has set it. */
  readonly language: string | undefined;
  /** One Yjs update (v1) that holds all of it. */
  readonly state: Uint8Array<ArrayBuffer>;
}

/** A stored document as it travels to such a thread; its buffer may be handed over. */
export function packStored({ snapshot, tail }: Pick<StoredDocument, "snapshot" | "tail">): Packed {
  return pack(snapshot ? [snapshot, ...tail] : tail);
}

/** What would break it is left out, as in a room. @throws when stored bytes do not decode. */
export function readStored(packed: Packed): StoredContent {
  const { doc } = assemble(unpack(packed));
  try {
    const content = doc.getText(CONTENT).toString();
    const meta = doc.getMap(META);
    const language = meta.get("language");
    return {
      content,
      title: titleOf(meta.get("title"), content),
      language: typeof language === "string" && language ? language : undefined,
      state: new Uint8Array(Y.encodeStateAsUpdate(doc)),
    };
  } finally {
    doc.destroy();
  }
}
