/**
 * Documents that were left within the page while something in them was neither on the
 * server nor on the device: they stay open, out of sight, until it is, or until somebody
 * comes back to them.
 */
import { effect } from "@preact/signals";
import type { OpenDocument } from "./open-document.ts";

const parked = new Map<OpenDocument, () => void>();

/** Closes it as soon as nothing would be lost by that: at once, as a rule. */
export function leaveDocument(open: OpenDocument): void {
  if (open.isSafe()) return open.close();
  const stop = effect(() => {
    if (open.provider.unsaved.value > 0) return;
    // Not inside the effect that is to be ended.
    queueMicrotask(() => {
      if (takeBack(open)) open.close();
    });
  });
  parked.set(open, stop);
}

/** One that was left by the same link; it is shown again. */
export function comeBackTo(id: string, token: string): OpenDocument | undefined {
  return [...parked.keys()].find(
    (open) => open.id === id && open.linkToken.peek() === token && takeBack(open),
  );
}

/** At once, whatever would be lost, and whether it is parked or not. */
export function closeDocument(open: OpenDocument): void {
  takeBack(open);
  open.close();
}

function takeBack(open: OpenDocument): boolean {
  parked.get(open)?.();
  return parked.delete(open);
}
