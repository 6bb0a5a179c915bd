/** Opens the share dialog, whose code is fetched when it is first wanted. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { OpenDocument } from "../open-document.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import type { ShareDialogProps } from "./share-dialog.tsx";

type Dialog = { readonly component: ComponentType<ShareDialogProps> };

export function ShareButton({ open }: { open: OpenDocument }) {
  const dialog = useSignal<Dialog | undefined>(undefined);
  const Shown = dialog.value?.component;
  return (
    <>
      <button
        class="button primary share"
        type="button"
        aria-haspopup="dialog"
        onPointerEnter={() => void load()}
        onClick={() => void show(dialog)}
      >
        {words.value.header.share}
      </button>
      {Shown && <Shown open={open} onClose={() => (dialog.value = undefined)} />}
    </>
  );
}

async function show(dialog: Signal<Dialog | undefined>): Promise<void> {
  const component = await load();
  if (component) dialog.value = { component };
  else toast(words.peek().loading.failed);
}

/** Undefined when the page is offline, or older than what the server has now. */
async function load(): Promise<ComponentType<ShareDialogProps> | undefined> {
  try {
    return (await import("./share-dialog.tsx")).ShareDialog;
  } catch {
    return undefined;
  }
}
