/** Whether the preview is shown, in every document; remembered by this browser. */
import { signal } from "@preact/signals";
import { recall, remember } from "../browser-storage.ts";

const KEY = "quire:preview";

export const isPreviewShown = signal(recall(KEY) === true);

export function togglePreview(): void {
  isPreviewShown.value = !isPreviewShown.peek();
  remember(KEY, isPreviewShown.peek() || undefined);
}
