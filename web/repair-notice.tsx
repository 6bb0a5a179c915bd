/** Tells that the server's disk has lost part of the document, and lets its owner go on without it. */
import { useSignal } from "@preact/signals";
import { acceptLoss } from "./api.ts";
import type { OpenDocument } from "./open-document.ts";
import { ownerToken } from "./owner-tokens.ts";
import { toast } from "./toast.tsx";

export function RepairNotice({ open }: { open: OpenDocument }) {
  const isBusy = useSignal(false);
  if (open.provider.storeState.value !== "read-only") return null;
  const token = ownerToken(open.id);
  const goOn = async (owner: string) => {
    isBusy.value = true;
    await acceptLoss(open.id, owner).catch((error: Error) => toast(error.message));
    isBusy.value = false;
  };
  return (
    <section class="notice action-notice" aria-label="Damaged document">
      <p>
        Part of this document is damaged on the server. Opening it in a browser that has written in
        it often brings the part back; until then nobody can write.
      </p>
      {token ? (
        <div class="notice-actions">
          <button
            type="button"
            class="button small"
            disabled={isBusy.value}
            onClick={() => void goOn(token)}
          >
            Go on as it is
          </button>
        </div>
      ) : (
        <p>Its owner can also let everybody go on with it as it is.</p>
      )}
    </section>
  );
}
