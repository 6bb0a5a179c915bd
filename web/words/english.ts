/** What the page says, in English: the catalogue that the others translate. A function where something stands in the sentence. */
import type { Role, SHARED_ROLES } from "#protocol/rest.ts";
import type { Theme } from "../theme.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("en");

const THEMES: Record<Theme, string> = {
  system: "System theme",
  light: "Light theme",
  dark: "Dark theme",
};

const ROLES: Record<Role, string> = {
  view: "can read",
  comment: "can comment",
  edit: "can edit",
  owner: "owns it",
};

const CREATES: Record<(typeof SHARED_ROLES)[number], string> = {
  view: "only read",
  comment: "read and comment",
  edit: "edit",
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
    remove: (title: string) => `Remove ${title} from this list`,
  },
  ownerFile: {
    name: "Owner file",
    open: "Open owner file…",
    drop: "Drop an owner file to open its document",
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
    name: "People",
    here: "People here",
    count: (count: number) =>
      plural(count, { one: "1 person here", other: `${count} people here` }),
    you: (name: string) => `${name} (you)`,
    canRead: "can read",
    yourName: "Your name",
    yourNameHint: "Your name, as the others see it",
    somebody: "Someone",
  },
  saving: {
    saved: "Saved",
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
  share: {
    title: "Share",
    anyone: "Anyone with the link",
    role: "Role",
    roles: ROLES,
    create: "Create link",
    making: "Making the link…",
    hint: (role: keyof typeof CREATES) => `Create a link for people who may ${CREATES[role]}.`,
    addressEnded: "The link in the address bar no longer works.",
    addressEndedHint: "The link in the address bar no longer works. Create a new one.",
    ownerOnly: "Only the owner of this document can make other links.",
    moreOptions: "More options",
    label: "Label",
    addLabel: "Add a label",
    password: "Password",
    expires: "Expires",
    browsers: "Browsers that may use it",
    anyNumber: "any number",
    link: "Link",
    copyLink: "Copy link",
    linkCopied: "Link copied.",
    linkNotCopied: "The browser does not let us copy. Copy it from here.",
    qrCode: "QR code",
    qrCodeName: "QR code of the link",
    qrCodeFailed: "The QR code could not be loaded. Reload the page.",
    links: "Links",
    noLinks: "There is none. Only this browser can open the document.",
    copy: "Copy",
    copied: "Copied",
    notCopied: "Not copied",
    revoke: "Revoke",
    keep: "Keep",
    revokeQuestion: (connections: number) => {
      const who = plural(connections, { one: "Somebody is", other: `${connections} are` });
      return `${who} connected by it. Revoke it for good?`;
    },
    /** For a link without a label. */
    theLink: (role: Role) => `the link that ${ROLES[role]}`,
    allows: (link: string) => `What ${link} allows`,
    inAddressBar: "in the address bar",
    neverUsed: "never used",
    used: (ago: string) => `used ${ago}`,
    connected: (count: number) => `${count} connected`,
    hasPassword: "password",
    uses: (uses: number, most: number) =>
      `${uses} of ${plural(most, { one: "1 browser", other: `${most} browsers` })}`,
    expiresAt: (when: string) => `expires ${when}`,
    expiredAt: (when: string) => `expired ${when}`,
    /** What the link that is offered lets people do, and what limits it. */
    caption: (role: Role, hasPassword: boolean, browsers: number | null) => {
      const sentences = [`Whoever has this link ${ROLES[role]}.`];
      if (hasPassword) sentences.push("It asks for its password first.");
      if (browsers) {
        const few = plural(browsers, { one: "one browser", other: `${browsers} browsers` });
        sentences.push(`It opens in ${few} only.`);
      }
      return sentences.join(" ");
    },
  },
  /** What CodeMirror says, by its own English phrases; $ stands for a number. */
  editorPhrases: {
    Find: "Find",
    Replace: "Replace",
    next: "next",
    previous: "previous",
    all: "all",
    "match case": "match case",
    regexp: "regexp",
    "by word": "by word",
    replace: "replace",
    "replace all": "replace all",
    close: "close",
    "current match": "current match",
    "on line": "on line",
    "replaced match on line $": "replaced match on line $",
    "replaced $ matches": "replaced $ matches",
    "Go to line": "Go to line",
    go: "go",
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
  },
};

/** Every language says all of it. */
export type Words = typeof english;
