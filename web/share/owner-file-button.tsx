/** Saves the owner file of the document. */
import type { OpenDocument } from "../open-document.ts";
import { documentAddress } from "../address.ts";
import { saveFile } from "../files/save-file.ts";
import { words } from "../words/words.ts";
import { ownerFileName, writeOwnerFile } from "./owner-file.ts";

interface OwnerFileButtonProps {
  readonly open: OpenDocument;
  readonly owner: string;
}

export function OwnerFileButton({ open, owner }: OwnerFileButtonProps) {
  return (
    <div class="share-footer">
      <p>{words.value.ownerFile.hint}</p>
      <button class="button small" type="button" onClick={() => save(open, owner)}>
        {words.value.ownerFile.save}
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
  saveFile(new Blob([text], { type: "application/json" }), ownerFileName(title.peek()));
}
