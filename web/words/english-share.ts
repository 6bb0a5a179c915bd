/** What the share dialog says, in English. */
import type { Role, SHARED_ROLES } from "#protocol/roles.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("en");

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

export const englishShare = {
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
};
