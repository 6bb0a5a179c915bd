/** Saves the owner file of the document. */
import type { OpenDocument } from "../open-document.ts";
import { documentAddress } from "../address.ts";
import { download } from "../download.ts";
import { ownerFileName, writeOwnerFile } from "./owner-file.ts";

interface OwnerFileButtonProps {
  readonly open: OpenDocument;
  readonly owner: string;
}

export function OwnerFileButton({ open, owner }: OwnerFileButtonProps) {
  return (
    <div class="share-footer">
      <p>Keep this to manage the document from another browser.</p>
      <button class="button small" type="button" onClick={() => save(open, owner)}>
        Save owner file
      </button>
    </div>
  );
}

function save({ id, title, linkToken }: OpenDocument, owner: string): void {
  const { origin } = location;
  const text = writeOwnerFile({
    origin,
    documentId: id,
    title: title.peek(),
    ownerToken: owner,
    link: new URL(documentAddress(id, linkToken.peek()), origin).href,
  });
  download(ownerFileName(title.peek()), new Blob([text], { type: "application/json" }));
}
