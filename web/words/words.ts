/** The catalogue in the language of this browser, or in the one that was chosen. English until another has been fetched. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { recall, remember } from "../browser-storage.ts";
import { english, type Words } from "./english.ts";

const KEY = "quire:language";

/** By the first part of a language tag. */
const CATALOGUES: Readonly<Record<string, () => Promise<Words>>> = {
  en: async () => english,
  de: async () => (await import("./german.ts")).german,
  zh: async () => (await import("./chinese.ts")).chinese,
};

/** Names of languages in themselves, by their tags. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  en: english.language,
  de: "Deutsch",
  zh: "简体中文",
};

const current = signal<Words>(english);

/** Also where the browser remembers nothing. */
let chosen: string | undefined;

/** Components that read it are drawn anew in another language. */
export const words: ReadonlySignal<Words> = current;

/** Fetches the language and keeps the page's own `lang` in step. */
export async function applyLanguage(): Promise<void> {
  effect(() => {
    document.documentElement.lang = current.value.locale;
  });
  await use(chosenLanguage());
}

/** Remembered by this browser. */
export async function chooseLanguage(tag: string): Promise<void> {
  chosen = tag;
  remember(KEY, tag);
  await use(tag);
}

/** What was chosen, or else the first of the browser's languages that there is. */
export function chosenLanguage(): string {
  const wanted = [chosen, recall(KEY), ...navigator.languages].filter(
    (tag) => typeof tag === "string",
  );
  const known = wanted.map((tag) => tag.split("-")[0] ?? "").find((tag) => tag in CATALOGUES);
  return known ?? "en";
}

async function use(tag: string): Promise<void> {
  try {
    const catalogue = (await CATALOGUES[tag]?.()) ?? english;
    // Another may have been chosen meanwhile.
    if (chosenLanguage() === tag) current.value = catalogue;
  } catch {
    // Offline, or older than what the server has now: the page goes on in the language it has.
  }
}
