/** What the page says, in German: without addressing anybody where that reads well. */
import type { Theme } from "../theme.ts";
import type { Words } from "./english.ts";
import { germanEditing } from "./german-editing.ts";
import { germanFiles } from "./german-files.ts";
import { germanShare } from "./german-share.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("de");

const THEMES: Record<Theme, string> = {
  system: "Darstellung wie im System",
  light: "Helle Darstellung",
  dark: "Dunkle Darstellung",
};

const NEXT_THEMES: Record<Theme, string> = {
  system: "Wie im System anzeigen",
  light: "Hell anzeigen",
  dark: "Dunkel anzeigen",
};

/** By the last part of a problem's type; for the others the server's own sentence has to do. */
const PROBLEMS: Readonly<Record<string, string>> = {
  invalid: "Das hat der Server so nicht angenommen. Bitte die Angaben prüfen.",
  token: "Dafür wird ein vollständiger Link gebraucht.",
  password: "Dafür wird das Passwort gebraucht.",
  wrong: "Das Passwort stimmt nicht.",
  used: "Dieser Link ist verbraucht.",
  revoked: "Dieser Link funktioniert nicht mehr.",
  expired: "Dieser Link ist abgelaufen.",
  role: "Das erlaubt dieser Link nicht.",
  unknown: "Das gibt es hier nicht.",
  deleted: "Dieses Dokument wurde gelöscht.",
  rate: "Das war zu viel auf einmal. Bitte später noch einmal versuchen.",
  full: "Das Dokument hat seine größte Länge erreicht.",
  large: "Das ist zu groß.",
  restart: "Der Server startet gerade neu. Bitte gleich noch einmal versuchen.",
  overload: "Der Server kann das gerade nicht. Bitte gleich noch einmal versuchen.",
  internal: "Dem Server ist das nicht gelungen. Bitte gleich noch einmal versuchen.",
};

const kept = (isOnDevice: boolean) =>
  isOnDevice ? "auf diesem Gerät aufbewahrt" : "in diesem Tab aufbewahrt";

export const german: Words = {
  language: "Deutsch",
  locale: "de",
  page: {
    home: "Startseite",
    close: "Schließen",
    done: "Fertig",
    tryAgain: "Noch einmal versuchen",
    notice: "Hinweis",
    untitled: "Ohne Titel",
    noSuch: {
      title: "Hier gibt es keine Seite",
      advice: "Bitte prüfen, ob die Adresse vollständig ist.",
    },
    cannotCopy: "Dieser Browser lässt das Kopieren nicht zu.",
    themeButton: (shown, next) => `${THEMES[shown]}. ${NEXT_THEMES[next]}`,
  },
  time: { justNow: "gerade eben" },
  problems: {
    unreachable:
      "Der Server ist nicht zu erreichen. Bitte die Verbindung prüfen und noch einmal versuchen.",
    internal: "Dem Server ist das nicht gelungen. Bitte gleich noch einmal versuchen.",
    refused: (reason, sentence) => PROBLEMS[reason] ?? sentence,
  },
  home: {
    heading: "Gemeinsam schreiben.",
    lead: "Eine Seite für alle, die den Link bekommen. „Gespeichert“ steht da, wenn der Text sicher auf der Festplatte ist, und nicht vorher.",
    create: "Neues Dokument",
    recents: "Zuletzt geöffnet",
    noRecents: "Dokumente, die in diesem Browser geöffnet werden, stehen dann hier.",
    remove: (title) => `${title} aus dieser Liste entfernen`,
    roles: { owner: "Eigenes", edit: "Bearbeiten", view: "Nur lesen" },
    deleted: "Gelöscht",
    removed: (title) => `„${title}“ steht nicht mehr in dieser Liste.`,
    undo: "Rückgängig",
  },
  ownerFile: {
    hint: "Damit lässt sich das Dokument auch von einem anderen Browser aus verwalten.",
    save: "Eigentümerdatei sichern",
    untitled: "Dokument",
    fileName: (title) => `${title} – Eigentümer.json`,
    isNewer:
      "Diese Eigentümerdatei stammt von einer neueren Version. Bitte zuerst die Seite neu laden.",
    isNone: "Das ist keine Eigentümerdatei, oder sie ist beschädigt.",
    isForeign: (origin) =>
      `Diese Eigentümerdatei gehört zu einem anderen Server. Sie lässt sich auf ${origin} öffnen.`,
    noDocument: "Dieses Dokument gibt es auf diesem Server nicht, oder es gehört jemand anderem.",
    noOwner: "Diese Datei enthält nicht den Schlüssel des Eigentümers.",
  },
  newDocument: {
    making: "Das neue Dokument wird angelegt …",
    failed: "Das Dokument konnte nicht angelegt werden",
    keyTitle: "Dieser Server verlangt einen Schlüssel",
    keyAdvice:
      "Hier wird er gebraucht, um Dokumente anzulegen. Wer den Server betreibt, kann ihn nennen.",
    key: "Schlüssel",
    make: "Dokument anlegen",
    wrongKey: "Das ist nicht der Schlüssel dieses Servers.",
  },
  header: {
    home: "Quire, Startseite",
    title: "Titel",
    readOnly: "Nur lesen",
    readOnlyHint: "Dieser Link erlaubt das Lesen.",
    saveState: "Speicherstand",
    share: "Teilen",
  },
  text: {
    name: "Text des Dokuments",
    placeholder: "Hier schreiben …",
    loading: "Das Dokument wird geladen",
    readsNow: "Dieser Link erlaubt jetzt nur noch das Lesen.",
    editsNow: "Dieser Link erlaubt jetzt das Bearbeiten.",
  },
  people: {
    listLocale: "de",
    here: (count) => plural(count, { one: "1 Person hier", other: `${count} Personen hier` }),
    list: "Personen im Dokument",
    sheet: "Personen",
    more: (hidden, all) => `+${hidden}, alle ${all} Personen zeigen`,
    you: "(selbst)",
    canRead: "kann lesen",
    yourName: "Eigener Name",
    nameHint: "Eigener Name, wie die anderen ihn sehen",
    jump: (name) => `Zu ${name} springen`,
    followHint: (name) => `${name} – ein Klick führt hin, ein zweiter folgt`,
    notInText: (name) => `${name} war noch nicht im Text.`,
    followingLabel: "Folgen",
    following: (name) => `Die Ansicht folgt ${name}, Esc beendet es`,
    stopFollowing: "Nicht mehr folgen",
    gone: (name) => `${name} ist nicht mehr hier.`,
    others: (count) => `${count} andere`,
    joined: (names) => `Neu hier: ${names}`,
    left: (names) => `Nicht mehr hier: ${names}`,
    announcements: "Mitteilungen",
    somebody: "Jemand",
    // All of one gender, so that each fits each.
    adjectives: ["Heller", "Ruhiger", "Neugieriger", "Sanfter", "Kluger", "Heiterer", "Flinker"],
    animals: ["Dachs", "Fink", "Fuchs", "Hase", "Reiher", "Luchs", "Otter", "Uhu", "Igel"],
    neutralName: (adjective, animal) => `${adjective} ${animal}`,
  },
  saving: {
    saved: "Gespeichert",
    savedApart: "Gespeichert – Änderungen anderer kommen vielleicht eine Sekunde später an.",
    saving: "Wird gespeichert …",
    readOnly: "Nur lesen – ",
    reads: "Nur lesen – mehr erlaubt dieser Link nicht.",
    repairs: "Nur lesen – dieses Dokument wird gerade repariert.",
    readsNow:
      "Nicht gespeichert – dieser Link erlaubt nur noch das Lesen. Bitte die letzten Änderungen kopieren.",
    broken:
      "Nicht gespeichert – auf dieser Seite ist ein Fehler aufgetreten. Bitte das zuletzt Geschriebene kopieren und neu laden.",
    offline: (changes, isOnDevice) => {
      const words = plural(changes, { one: "Änderung", other: "Änderungen" });
      return changes === 0 ? "Offline" : `Offline – ${changes} ${words} ${kept(isOnDevice)}`;
    },
    notStored: (problem, isOnDevice) =>
      `Nicht gespeichert – ${problem}. Die Änderungen sind ${kept(isOnDevice)}.`,
    storeProblems: {
      full: "die Festplatte des Servers ist voll",
      failing: "der Server kann im Moment nicht speichern",
      "read-only": "dieses Dokument wird gerade repariert",
    },
    refused: {
      frameTooLarge:
        "Nicht gespeichert – die letzte Änderung ist zu groß. Bitte kopieren und neu laden.",
      malformed:
        "Nicht gespeichert – der Server hat diese Seite nicht verstanden. Bitte die Änderungen kopieren und neu laden.",
      noToken: "Nicht gespeichert – dieser Link braucht ein Passwort.",
      otherEpoch:
        "Nicht gespeichert – dieses Dokument wurde durch eine andere Fassung ersetzt. Der Text ist als Entwurf aufbewahrt.",
      documentFull:
        "Nicht gespeichert – dieses Dokument hat seine größte Länge erreicht. Bitte die letzte Änderung kopieren und neu laden.",
      tooFast:
        "Nicht gespeichert – es wurde zu viel auf einmal gesendet. Bitte eine Minute warten und neu laden.",
      linkEnded: "Nicht gespeichert – dieser Link funktioniert nicht mehr.",
    },
  },
  refusals: {
    token: {
      title: "Diese Adresse ist nicht vollständig",
      advice:
        "Der Teil hinter dem # fehlt. Wer den Link geschickt hat, kann ihn noch einmal ganz schicken.",
    },
    unknown: {
      title: "Hier gibt es kein Dokument",
      advice: "Bitte prüfen, ob die Adresse vollständig ist.",
    },
    revoked: {
      title: "Dieser Link funktioniert nicht mehr",
      advice: "Wer ihn geschickt hat, kann einen neuen schicken.",
    },
    expired: {
      title: "Dieser Link ist abgelaufen",
      advice: "Wer ihn geschickt hat, kann einen neuen schicken.",
    },
    used: {
      title: "Dieser Link ist verbraucht",
      advice:
        "Er öffnet sich nur in einer begrenzten Zahl von Browsern. Wer ihn geschickt hat, kann einen neuen schicken.",
    },
    role: {
      title: "Das erlaubt dieser Link nicht mehr",
      advice: "Nach dem Neuladen der Seite geht es mit dem weiter, was er noch erlaubt.",
    },
    deleted: {
      title: "Dieses Dokument wurde gelöscht",
      advice: "Wem es gehört, kann es 30 Tage lang wiederherstellen.",
    },
  },
  claim: {
    link: "Link",
    title: "Dieser Link braucht ein Passwort",
    advice: "Wer ihn geschickt hat, kennt das Passwort.",
    changed: "Es wurde gerade gesetzt oder geändert. Der Text hier bleibt.",
    opening: "Das Dokument wird geöffnet …",
    failed: "Das Dokument konnte nicht geöffnet werden",
    password: "Passwort",
    open: "Öffnen",
    wrong:
      "Das ist nicht das Passwort. Bitte prüfen, oder die Person fragen, von der der Link kommt.",
    tooMany: (minutes) => {
      const later = plural(minutes ?? 1, {
        one: "in einer Minute",
        other: `in ${minutes} Minuten`,
      });
      const when = minutes === undefined ? "später" : later;
      return `Zu viele falsche Passwörter. Bitte ${when} noch einmal versuchen.`;
    },
  },
  drafts: {
    name: "Aufbewahrter Text",
    earlier:
      "Von diesem Gerät ist Text aufbewahrt, der zu einer früheren Fassung dieses Dokuments gehört.",
    "too large":
      "Von diesem Gerät ist Text aufbewahrt, der zu groß ist, um in diesem Dokument gespeichert zu werden.",
    malformed: "Von diesem Gerät ist Text aufbewahrt, den der Server nicht annehmen konnte.",
    compare: "Vergleichen",
    copy: "Kopieren",
    copied: "Der aufbewahrte Text ist kopiert.",
    discard: "Verwerfen",
    discardQuestion: "Den aufbewahrten Text endgültig verwerfen?",
    keep: "Behalten",
  },
  comparison: {
    title: "Aufbewahrter Text und Dokument",
    onlyKept: "+ nur im aufbewahrten Text",
    onlyNow: "− nur im Dokument, wie es jetzt ist",
    inKept: "nur im aufbewahrten Text: ",
    inNow: "nur im Dokument: ",
    differences: "Unterschiede",
    equalLines: (count) =>
      plural(count, { one: "1 gleiche Zeile", other: `${count} gleiche Zeilen` }),
    copy: "Aufbewahrten Text kopieren",
  },
  repair: {
    name: "Beschädigtes Dokument",
    story:
      "Ein Teil dieses Dokuments ist auf dem Server beschädigt. Oft kommt er zurück, sobald das Dokument in einem Browser geöffnet wird, in dem daran geschrieben wurde; bis dahin kann niemand schreiben.",
    goOn: "So weitermachen, wie es ist",
    ownerMay: "Wem es gehört, kann auch alle mit dem weiterarbeiten lassen, was da ist.",
  },
  share: germanShare,
  ...germanEditing,
  ...germanFiles,
  editorPhrases: {
    Find: "Suchen",
    Replace: "Ersetzen",
    next: "weiter",
    previous: "zurück",
    all: "alle",
    "match case": "Groß/klein",
    regexp: "regulärer Ausdruck",
    "by word": "ganze Wörter",
    replace: "ersetzen",
    "replace all": "alle ersetzen",
    close: "schließen",
    "current match": "aktueller Treffer",
    "on line": "in Zeile",
    "replaced match on line $": "Treffer in Zeile $ ersetzt",
    "replaced $ matches": "$ Treffer ersetzt",
    "Go to line": "Zur Zeile",
    go: "los",
    "Control character": "Steuerzeichen",
    "Selection deleted": "Auswahl gelöscht",
  },
  loading: {
    failed:
      "Dieser Teil der Seite konnte nicht geladen werden. Bitte die Seite neu laden und noch einmal versuchen.",
  },
  preview: {
    name: "Vorschau",
    empty: "Hier steht, was geschrieben wird.",
    diagram: "Diagramm",
    brokenDiagram: "Dieses Diagramm lässt sich noch nicht zeichnen.",
    failed: "Dieser Text lässt sich hier nicht darstellen.",
    foreignImages: "Bilder anderer Seiten werden nicht geladen, damit man dort nichts erfährt.",
    showForeignImages: "Bilder anderer Seiten anzeigen",
  },
  menu: {
    more: "Mehr",
    theme: "Darstellung",
    themes: { system: "Wie im System", light: "Hell", dark: "Dunkel" },
    language: "Sprache der Seite",
  },
};
