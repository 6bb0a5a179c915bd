/** What the share dialog says, in German. */
import type { Role } from "#protocol/roles.ts";
import type { Words } from "./english.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("de");

const CAN: Record<Role, string> = {
  view: "kann lesen",
  comment: "kann kommentieren",
  edit: "kann bearbeiten",
  owner: "besitzt es",
};

const CREATES: Record<Exclude<Role, "owner">, string> = {
  view: "nur lesen",
  comment: "lesen und kommentieren",
  edit: "bearbeiten",
};

export const germanShare: Words["share"] = {
  title: "Teilen",
  anyone: "Wer den Link hat",
  role: "Berechtigung",
  roles: CAN,
  create: "Link anlegen",
  making: "Der Link wird angelegt …",
  hint: (role) => `Einen Link anlegen für alle, die ${CREATES[role]} dürfen.`,
  addressEnded: "Der Link in der Adresszeile funktioniert nicht mehr.",
  addressEndedHint:
    "Der Link in der Adresszeile funktioniert nicht mehr. Bitte einen neuen anlegen.",
  ownerOnly: "Weitere Links kann nur anlegen, wem dieses Dokument gehört.",
  moreOptions: "Weitere Angaben",
  label: "Bezeichnung",
  addLabel: "Bezeichnung hinzufügen",
  password: "Passwort",
  expires: "Läuft ab",
  browsers: "Browser, die ihn nutzen können",
  anyNumber: "beliebig viele",
  link: "Link",
  copyLink: "Link kopieren",
  linkCopied: "Link kopiert.",
  linkNotCopied: "Der Browser lässt das Kopieren nicht zu. Der Link lässt sich von hier kopieren.",
  qrCode: "QR-Code",
  qrCodeName: "QR-Code des Links",
  qrCodeFailed: "Der QR-Code konnte nicht geladen werden. Bitte die Seite neu laden.",
  links: "Links",
  noLinks: "Es gibt keinen. Nur dieser Browser kann das Dokument öffnen.",
  copy: "Kopieren",
  copied: "Kopiert",
  notCopied: "Nicht kopiert",
  revoke: "Widerrufen",
  keep: "Behalten",
  revokeQuestion: (connections) => {
    const who = plural(connections, { one: "Jemand ist", other: `${connections} sind` });
    return `${who} damit verbunden. Endgültig widerrufen?`;
  },
  theLink: (role) => `der Link, der ${CREATES[role === "owner" ? "edit" : role]} lässt`,
  allows: (link) => `Was erlaubt ist: ${link}`,
  inAddressBar: "in der Adresszeile",
  neverUsed: "nie benutzt",
  used: (ago) => `benutzt ${ago}`,
  connected: (count) => `${count} verbunden`,
  hasPassword: "mit Passwort",
  uses: (uses, most) =>
    `${uses} von ${plural(most, { one: "1 Browser", other: `${most} Browsern` })}`,
  expiresAt: (when) => `läuft ab: ${when}`,
  expiredAt: (when) => `abgelaufen: ${when}`,
  caption: (role, hasPassword, browsers) => {
    const sentences = [`Wer diesen Link hat, ${CAN[role]}.`];
    if (hasPassword) sentences.push("Er fragt zuerst nach seinem Passwort.");
    if (browsers) {
      const few = plural(browsers, { one: "einem Browser", other: `${browsers} Browsern` });
      sentences.push(`Er öffnet sich in nur ${few}.`);
    }
    return sentences.join(" ");
  },
};
