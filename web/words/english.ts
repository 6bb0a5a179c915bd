/** What the page says, in English: the catalogue that the others translate. A function where something stands in the sentence. */
import type { Theme } from "../theme.ts";
import { englishEditing } from "./english-editing.ts";
import { englishFiles } from "./english-files.ts";
import { englishShare } from "./english-share.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("en");

const THEMES: Record<Theme, string> = {
  system: "System theme",
  light: "Light theme",
  dark: "Dark theme",
};

const kept = (isOnDevice: boolean) => (isOnDevice ? "kept on this device" : "kept in this tab");

export const english = {
  /** Name of the language in itself. */
  language: "English",
  /** For Intl, and the page's `lang`. */
  locale: "en",
  page: {
    home: "Home",
    close: "Close",
    done: "Done",
    tryAgain: "Try again",
    notice: "Notice",
    untitled: "Untitled",
    noSuch: { title: "There is no page here", advice: "Check that the address is complete." },
    cannotCopy: "This browser does not let us copy.",
    themeButton: (shown: Theme, next: Theme) =>
      `${THEMES[shown]}. Change to ${THEMES[next].toLowerCase()}`,
  },
  time: { justNow: "just now" },
  problems: {
    unreachable: "The server cannot be reached. Check the connection and try again.",
    internal: "The server could not do that. Try again in a moment.",
    /** By the last part of the problem's type; `sentence` is the server's own. */
    refused: (_reason: string, sentence: string) => sentence,
  },
  home: {
    heading: "Write together.",
    lead: "A page for everyone you send the link to. It says “Saved” when it is safe on disk, and not before.",
    create: "New document",
    recents: "Recent documents",
    noRecents: "Documents you open in this browser will be listed here.",
    roles: { owner: "Yours", edit: "Can edit", view: "Can read" },
    deleted: "Deleted",
    remove: (title: string) => `Remove ${title} from this list`,
    removed: (title: string) => `“${title}” is no longer in this list.`,
    undo: "Undo",
  },
  ownerFile: {
    hint: "Keep this to manage the document from another browser.",
    save: "Save owner file",
    /** Of the file, where the title gives none. */
    untitled: "Document",
    fileName: (title: string) => `${title} – owner.json`,
    isNewer: "This owner file was made by a newer version. Reload the page first.",
    isNone: "This is no owner file, or it is damaged.",
    isForeign: (origin: string) => `This owner file is of another server. Open it at ${origin}.`,
    noDocument: "This server has no such document, or it has another owner.",
    noOwner: "This file does not hold the owner's token.",
  },
  newDocument: {
    making: "Making a new document…",
    failed: "The document could not be made",
    keyTitle: "This server asks for a key",
    keyAdvice: "Making documents here needs one. Whoever runs the server can give it to you.",
    key: "Key",
    make: "Make document",
    wrongKey: "That is not the key of this server.",
  },
  header: {
    home: "Quire, home",
    title: "Title",
    readOnly: "Read only",
    readOnlyHint: "This link lets you read.",
    saveState: "Save state",
    share: "Share",
  },
  text: {
    name: "Document text",
    placeholder: "Start writing…",
    loading: "The document is loading",
    readsNow: "This link lets you read only now.",
    editsNow: "This link lets you edit now.",
  },
  people: {
    /** For Intl.ListFormat: one that puts no comma before “and”. */
    listLocale: "en-GB",
    here: (count: number) => plural(count, { one: "1 person here", other: `${count} people here` }),
    list: "People here",
    sheet: "People",
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
    somebody: "Someone",
    adjectives: ["Bright", "Calm", "Curious", "Gentle", "Keen", "Merry", "Quick", "Quiet"],
    animals: ["Badger", "Finch", "Fox", "Hare", "Heron", "Lynx", "Otter", "Owl", "Robin", "Wren"],
    /** For whoever has given no name. */
    neutralName: (adjective: string, animal: string) => `${adjective} ${animal}`,
  },
  saving: {
    saved: "Saved",
    /** While servers hear of each other's changes only from the store. */
    savedApart: "Saved – changes of others may take a second to arrive.",
    saving: "Saving…",
    /** How the state of a reader begins. */
    readOnly: "Read only – ",
    reads: "Read only – this link lets you read.",
    repairs: "Read only – this document is being repaired.",
    readsNow: "Not saved – this link lets you read only. Copy your last changes.",
    broken: "Not saved – this page met an error. Copy what you wrote last and reload.",
    offline: (changes: number, isOnDevice: boolean) => {
      const words = plural(changes, { one: "change", other: "changes" });
      return changes === 0 ? "Offline" : `Offline – ${changes} ${words} ${kept(isOnDevice)}`;
    },
    notStored: (problem: string, isOnDevice: boolean) =>
      `Not saved – ${problem}. Your changes are ${kept(isOnDevice)}.`,
    storeProblems: {
      full: "the server's disk is full",
      failing: "the server cannot store at the moment",
      "read-only": "this document is being repaired",
    },
    refused: {
      frameTooLarge: "Not saved – the last change is too large. Copy it and reload.",
      malformed:
        "Not saved – the server did not understand this page. Copy your changes and reload.",
      noToken: "Not saved – this link needs a password.",
      otherEpoch:
        "Not saved – this document was replaced by another version. Your text is kept as a draft.",
      documentFull:
        "Not saved – this document has reached its size limit. Copy your last change and reload.",
      tooFast: "Not saved – too much was sent at once. Wait a minute and reload.",
      linkEnded: "Not saved – this link does not work any more.",
    },
  },
  /** By the close reason. */
  refusals: {
    token: {
      title: "This address is not complete",
      advice: "The part behind the # is missing. Ask whoever sent the link for the whole of it.",
    },
    unknown: {
      title: "There is no document here",
      advice: "Check that the address is complete.",
    },
    revoked: {
      title: "This link no longer works",
      advice: "Ask whoever sent it for a new one.",
    },
    expired: {
      title: "This link has expired",
      advice: "Ask whoever sent it for a new one.",
    },
    used: {
      title: "This link has been used up",
      advice: "It opens in a limited number of browsers. Ask whoever sent it for a new one.",
    },
    role: {
      title: "This link does not allow that any more",
      advice: "Reload the page to go on with what it still allows.",
    },
    deleted: {
      title: "This document was deleted",
      advice: "Whoever owns it can restore it for 30 days.",
    },
  },
  claim: {
    link: "Link",
    title: "This link needs a password",
    advice: "Whoever sent it to you knows the password.",
    changed: "It was set or changed just now. Your text stays here.",
    opening: "Opening the document…",
    failed: "The document could not be opened",
    password: "Password",
    open: "Open",
    wrong: "That is not the password. Check it, or ask whoever sent the link.",
    tooMany: (minutes: number | undefined) => {
      const later = plural(minutes ?? 1, { one: "in a minute", other: `in ${minutes} minutes` });
      return `Too many wrong passwords. Try again ${minutes === undefined ? "later" : later}.`;
    },
  },
  drafts: {
    name: "Kept text",
    earlier: "We kept text from this device that belongs to an earlier version of this document.",
    "too large": "We kept text from this device that is too large to be saved in this document.",
    malformed: "We kept text from this device that the server could not take.",
    compare: "Compare",
    copy: "Copy",
    copied: "The kept text is copied.",
    discard: "Discard",
    discardQuestion: "Discard the kept text for good?",
    keep: "Keep",
  },
  comparison: {
    title: "Kept text and document",
    onlyKept: "+ only in the kept text",
    onlyNow: "− only in the document now",
    /** Read out before a piece. */
    inKept: "only in the kept text: ",
    inNow: "only in the document: ",
    differences: "Differences",
    equalLines: (count: number) => `${count} equal lines`,
    copy: "Copy kept text",
  },
  repair: {
    name: "Damaged document",
    story:
      "Part of this document is damaged on the server. Opening it in a browser that has written in it often brings the part back; until then nobody can write.",
    goOn: "Go on as it is",
    ownerMay: "Its owner can also let everybody go on with it as it is.",
  },
  share: englishShare,
  ...englishEditing,
  ...englishFiles,
  /** What CodeMirror says, by its own English phrases; $ stands for a number. */
  editorPhrases: {
    Find: "Find",
    Replace: "Replace with",
    next: "Next",
    previous: "Previous",
    all: "Select all",
    "match case": "Match case",
    regexp: "Regular expression",
    "by word": "Whole words",
    replace: "Replace",
    "replace all": "Replace all",
    close: "Close",
    "current match": "current match",
    "on line": "on line",
    "replaced match on line $": "replaced match on line $",
    "replaced $ matches": "replaced $ matches",
    "Go to line": "Go to line",
    go: "Go",
    "Control character": "Control character",
    "Selection deleted": "Selection deleted",
  },
  loading: {
    failed: "This part of the page could not be loaded. Reload the page and try again.",
  },
  menu: {
    more: "More",
    theme: "Theme",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    language: "Language of the page",
  },
  preview: {
    name: "Preview",
    empty: "What you write is shown here.",
    diagram: "Diagram",
    brokenDiagram: "This diagram cannot be drawn yet.",
    failed: "This text cannot be shown here as it reads.",
    foreignImages: "Images from other sites are not loaded, so that those learn nothing of you.",
    showForeignImages: "Show images from other sites",
  },
};

/** Every language says all of it. */
export type Words = typeof english;
