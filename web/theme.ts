/** Light, dark, or as the system says; remembered by this browser. */
import { effect, signal } from "@preact/signals";
import { recall, remember } from "./browser-storage.ts";

const KEY = "quire:theme";

export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>(THEMES.find((known) => known === recall(KEY)) ?? "system");

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  remember(KEY, chosen === "system" ? undefined : chosen);
}

/** Keeps the document's root in step with the choice. */
export function applyTheme(): void {
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
  });
}
