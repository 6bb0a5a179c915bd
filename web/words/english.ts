/** What the page says, in English: the catalogue that the others translate. A function where something stands in the sentence. */
export const english = {
  /** Name of the language in itself. */
  language: "English",
  /** For Intl, and the page's `lang`. */
  locale: "en",
  loading: {
    failed: "This part of the page could not be loaded. Reload the page and try again.",
  },
  home: {
    create: "New document",
    recents: "Recent documents",
    noRecents: "Documents you open in this browser will be listed here.",
    roles: { owner: "Yours", edit: "Can edit", view: "Can read" },
    deleted: "Deleted",
    remove: (title: string) => `Remove ${title} from this list`,
    removed: (title: string) => `“${title}” is no longer in this list.`,
    undo: "Undo",
  },
  importing: {
    file: "Import a file…",
    ownerFile: "Open owner file…",
    drop: "Drop a text, a Word file or a web page to make a document of it, or an owner file to open its document",
    kind: "Only Markdown, plain text, web pages and Word files (.docx) can be imported.",
    large: "This file is too large to be imported.",
    broken:
      "This file could not be read. It may be damaged, or be of another kind than its name says.",
    key: "This server asks for a key to make documents. Make one by “New document” first, then import the file.",
  },
  exporting: {
    button: "Export",
    formats: {
      md: "Markdown",
      txt: "Plain text",
      html: "HTML",
      pdf: "PDF",
      docx: "Word",
      json: "JSON",
    },
    incomplete: "The newest changes are missing in this file: the server does not have them yet.",
    failed: (why: string) => `The document could not be exported. ${why}`,
  },
  life: {
    heading: "Document",
    copy: "Make a copy",
    copied: "This is the copy. The other document stays as it is.",
    copiedInPart:
      "This is the copy. The newest changes are missing: the server did not have them yet.",
    delete: "Delete…",
    question: (title: string) => `Delete “${title}”?`,
    consequence: "Everybody’s links stop working at once. You can restore it for 30 days.",
    keep: "Keep",
    confirm: "Delete",
    restore: "Restore",
    deleted: {
      title: "This document was deleted",
      advice: "You can restore it for 30 days. Until then nobody’s link opens it.",
    },
  },
  menu: {
    more: "More",
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
  },
};

/** Every language says all of it. */
export type Words = typeof english;
