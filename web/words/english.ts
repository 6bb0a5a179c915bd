/** What the page says, in English: the catalogue that the others translate. A function where something stands in the sentence. */
export const english = {
  /** Name of the language in itself. */
  language: "English",
  /** For Intl, and the page's `lang`. */
  locale: "en",
  loading: {
    failed: "This part of the page could not be loaded. Reload the page and try again.",
  },
  menu: {
    more: "More",
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
  },
  preview: {
    name: "Preview",
    empty: "What you write is shown here.",
    diagram: "Diagram",
    brokenDiagram: "This diagram cannot be drawn yet.",
  },
};

/** Every language says all of it. */
export type Words = typeof english;
