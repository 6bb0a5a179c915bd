/** Waits, but not for long, until the server has what was typed here. */
import { effect } from "@preact/signals";
import type { OpenDocument } from "../open-document.ts";

const PATIENCE_MS = 3000;

/** Whether it has all of it now. */
export function settled({ provider }: Pick<OpenDocument, "provider">): Promise<boolean> {
  if (provider.unsaved.peek() === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isSettled: boolean) => {
      clearTimeout(timer);
      resolve(isSettled);
      // Not inside the effect that is to be ended.
      queueMicrotask(() => stop());
    };
    const timer = setTimeout(() => end(false), PATIENCE_MS);
    const stop = effect(() => {
      if (provider.unsaved.value === 0) end(true);
    });
  });
}
