/** Tells that the server's disk has lost part of the document, and lets its owner go on without it. */
import { useSignal } from "@preact/signals";
import { acceptLoss } from "./api.ts";
import type { OpenDocument } from "./open-document.ts";
import { ownerToken } from "./owner-tokens.ts";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

export function RepairNotice({ open }: { open: OpenDocument }) {
  const { repair } = words.value;
  const isBusy = useSignal(false);
  if (open.provider.storeState.value !== "read-only") return null;
  const token = ownerToken(open.id);
  const goOn = async (owner: string) => {
    isBusy.value = true;
    await acceptLoss(open.id, owner).catch((error: Error) => toast(error.message));
    isBusy.value = false;
  };
  return (
    <section class="notice action-notice" aria-label={repair.name}>
      <p>{repair.story}</p>
      {token ? (
        <div class="notice-actions">
          <button
            type="button"
            class="button small"
            disabled={isBusy.value}
            onClick={() => void goOn(token)}
          >
            {repair.goOn}
          </button>
        </div>
      ) : (
        <p>{repair.ownerMay}</p>
      )}
    </section>
  );
}
