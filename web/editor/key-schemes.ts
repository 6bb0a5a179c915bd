/** The keys one is used to: CodeMirror's own, Vim's or Emacs'; fetched when chosen, remembered by this browser. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { Compartment, type Extension, Prec } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { recall, remember } from "../browser-storage.ts";

const KEY = "quire:keys";

export const KEY_SCHEMES = ["default", "vim", "emacs"] as const;

export type KeyScheme = (typeof KEY_SCHEMES)[number];

const chosen = signal<KeyScheme>(KEY_SCHEMES.find((scheme) => scheme === recall(KEY)) ?? "default");

export const keyScheme: ReadonlySignal<KeyScheme> = chosen;

export function chooseKeyScheme(scheme: KeyScheme): void {
  chosen.value = scheme;
  remember(KEY, scheme === "default" ? undefined : scheme);
}

const compartment = new Compartment();

/** Before all other keys. */
export const schemeKeys: Extension = Prec.highest(compartment.of([]));

const LOADERS: Readonly<Record<KeyScheme, () => Promise<Extension>>> = {
  default: async () => [],
  vim: async () => (await import("./vim-keys.ts")).vimKeys(),
  emacs: async () => (await import("./emacs-keys.ts")).emacsKeys(),
};

/**
 * Answers whether they could be loaded; offline they may not, and the keys stay as they were.
 * @param isWanted Asked again when they have come.
 */
export async function useKeyScheme(
  view: EditorView,
  scheme: KeyScheme,
  isWanted: () => boolean,
): Promise<boolean> {
  try {
    const keys = await LOADERS[scheme]();
    if (isWanted()) view.dispatch({ effects: compartment.reconfigure(keys) });
    return true;
  } catch {
    return false;
  }
}
