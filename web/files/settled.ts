/** Waits, but not for ever, until the page's signals say something. */
import { effect } from "@preact/signals";
import type { OpenDocument } from "../open-document.ts";

const PATIENCE_MS = 3000;

/** Whether the server has, before long, all of what was typed here. */
export function settled({ provider }: Pick<OpenDocument, "provider">): Promise<boolean> {
  return comesTrue(() => provider.unsaved.value === 0, PATIENCE_MS);
}

/** Whether it becomes true in so many milliseconds; asked anew when a signal that it reads changes. */
export function comesTrue(condition: () => boolean, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isTrue: boolean) => {
      clearTimeout(timer);
      resolve(isTrue);
      // Not inside the effect that is to be ended.
      queueMicrotask(() => stop());
    };
    const timer = setTimeout(() => end(false), patienceMs);
    const stop = effect(() => {
      if (condition()) end(true);
    });
  });
}
