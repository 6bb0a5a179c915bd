/**
 * Images of other sites in what was rendered of a document. They are not fetched before somebody
 * asks for them, since each tells its site who is reading; the answer holds for one document in
 * this browser.
 */
import { signal } from "@preact/signals";
import { recall, remember } from "../browser-storage.ts";

const KEY = "quire:foreign-images";

/** So many documents are remembered. */
const MOST = 500;

/** Where a sanitised image keeps its address meanwhile. */
const WAITING = "img[data-foreign]";

/** By their ids, those allowed last first. */
const allowed = signal(recalled());

/** Whether somebody asked for them here. */
export function showsForeign(id: string): boolean {
  return allowed.value.includes(id);
}

export function allowForeign(id: string): void {
  allowed.value = [id, ...allowed.peek().filter((other) => other !== id)].slice(0, MOST);
  remember(KEY, allowed.peek());
}

export function hasForeign(root: ParentNode): boolean {
  return root.querySelector(WAITING) !== null;
}

/** Only where they are allowed. */
export function showForeign(root: ParentNode): void {
  for (const image of root.querySelectorAll<HTMLImageElement>(WAITING)) {
    image.src = image.dataset["foreign"] ?? "";
    image.removeAttribute("data-foreign");
  }
}

function recalled(): readonly string[] {
  const kept = recall(KEY);
  return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
}
