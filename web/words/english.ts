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
  people: {
    /** For Intl.ListFormat: one that puts no comma before “and”. */
    listLocale: "en-GB",
    here: (count: number) => (count === 1 ? "1 person here" : `${count} people here`),
    list: "People here",
    sheet: "People",
    done: "Done",
    /** Begins with what is seen on the button. */
    more: (hidden: number, all: number) => `+${hidden}, show all ${all} people`,
    you: "(you)",
    canRead: "can read",
    yourName: "Your name",
    nameHint: "Your name, as the others see it",
    jump: (name: string) => `Jump to ${name}`,
    followHint: (name: string) => `${name} – click to go there, again to follow`,
    notInText: (name: string) => `${name} has not been in the text yet.`,
    followingLabel: "Following",
    following: (name: string) => `Following ${name}, Esc to stop`,
    stopFollowing: "Stop following",
    gone: (name: string) => `${name} is no longer here.`,
    /** Of two at least. */
    others: (count: number) => `${count} others`,
    /** Of one name, or of a list of them. */
    joined: (names: string) => `${names} joined`,
    left: (names: string) => `${names} left`,
    announcements: "Announcements",
  },
};

/** Every language says all of it. */
export type Words = typeof english;
