/** Keys as people of each platform know them, from the way CodeMirror writes them. */
import { TOUCH } from "../phone.ts";

const MAC: Readonly<Record<string, string>> = {
  Mod: "⌘",
  Ctrl: "⌃",
  Alt: "⌥",
  Shift: "⇧",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "esc",
  Tab: "⇥",
};

const OTHERS: Readonly<Record<string, string>> = {
  Mod: "Ctrl",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** In the order in which Apple writes them. */
const MAC_ORDER = ["Ctrl", "Alt", "Shift", "Mod"];

/** Whether this browser runs where keys have Apple's names. */
export const isMac = /Mac|iP(?:hone|[ao]d)/.test(globalThis.navigator?.platform ?? "");

/** Whether whoever is here writes by keys, as far as the browser tells. */
export function hasKeys(): boolean {
  return !matchMedia(TOUCH).matches;
}

/** `Mod-Shift-p` is ⇧⌘P on a Mac and Ctrl+Shift+P elsewhere. */
export function shortcutName(shortcut: string, onMac: boolean = isMac): string {
  const keys = shortcut.split("-");
  const key = keys.pop() ?? "";
  const names = onMac ? MAC : OTHERS;
  const modifiers = onMac
    ? keys.toSorted((one, other) => MAC_ORDER.indexOf(one) - MAC_ORDER.indexOf(other))
    : keys;
  const last = names[key] ?? (key.length === 1 ? key.toLocaleUpperCase() : key);
  return [...modifiers.map((each) => names[each] ?? each), last].join(onMac ? "" : "+");
}
