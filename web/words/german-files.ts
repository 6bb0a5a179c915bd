/** What the page says about images, files and the life of a document, in German. */
import type { englishFiles } from "./english-files.ts";
import { plurals } from "./plurals.ts";

const plural = plurals("de");

export const germanFiles: typeof englishFiles = {
  images: {
    choose: "Bild einfügen…",
    uploading: (name) => `${name} wird hochgeladen`,
    cancel: (name) => `Hochladen von ${name} abbrechen`,
    offline: "Es besteht keine Verbindung. Bilder können erst mit Verbindung eingefügt werden.",
    refused: (name, reason) => `${name} wurde nicht eingefügt. ${reason}`,
    reasons: {
      broken: "Es ist kein Bild, das sich anzeigen lässt.",
      type: "Möglich sind nur Bilder in den Formaten PNG, JPEG, GIF, WebP, AVIF und SVG.",
      large: "Es ist größer, als dieser Server erlaubt.",
      full: "Die Bilder dieses Dokuments haben ihre Grenze erreicht.",
      overload: "Der Server kann es gerade nicht speichern.",
      unreachable: "Der Server ist nicht erreichbar.",
      rate: "Es wurde zu viel auf einmal gesendet. Bitte gleich noch einmal versuchen.",
      role: "Mit diesem Link lässt sich nur lesen.",
    },
    missing: "Dieses Bild gibt es im Dokument nicht.",
    unavailable: "Dieses Bild lässt sich nicht laden.",
  },
  arrival: { ready: "Das Dokument ist bereit.", open: "Öffnen" },
  importing: {
    file: "Datei importieren…",
    ownerFile: "Eigentümerdatei öffnen…",
    drop: "Hier ablegen: Aus einem Text, einer Word-Datei oder einer Webseite wird ein neues Dokument, eine Eigentümerdatei öffnet ihr Dokument",
    busy: "Die Datei wird geöffnet …",
    imported: "Die Datei ist importiert.",
    leftOut: (count) =>
      plural(count, {
        one: "Ein Bild der Datei ließ sich nicht einfügen.",
        other: `${count} Bilder der Datei ließen sich nicht einfügen.`,
      }),
    kind: "Importieren lassen sich nur Markdown, reiner Text, Webseiten und Word-Dateien (.docx).",
    large: "Diese Datei ist zu groß für den Import.",
    broken:
      "Diese Datei ließ sich nicht lesen. Sie ist vielleicht beschädigt oder von anderer Art, als ihr Name sagt.",
    key: "Dieser Server verlangt einen Schlüssel für neue Dokumente. Zuerst eines über „Neues Dokument“ anlegen, dann die Datei importieren.",
  },
  exporting: {
    button: "Exportieren",
    formats: {
      md: "Markdown",
      txt: "Reiner Text",
      html: "HTML",
      pdf: "PDF",
      docx: "Word",
      json: "JSON",
    },
    incomplete: "In dieser Datei fehlen die neuesten Änderungen: Der Server hat sie noch nicht.",
    failed: (why) => `Das Dokument ließ sich nicht exportieren. ${why}`,
  },
  life: {
    heading: "Dokument",
    copy: "Kopie anlegen",
    copying: "Die Kopie wird angelegt …",
    copied: {
      here: "Das ist die Kopie. Das andere Dokument bleibt, wie es ist.",
      ready: "Die Kopie ist bereit.",
    },
    copiedInPart: {
      here: "Das ist die Kopie. Die neuesten Änderungen fehlen: Der Server hatte sie noch nicht.",
      ready:
        "Die Kopie ist bereit. Die neuesten Änderungen fehlen: Der Server hatte sie noch nicht.",
    },
    delete: "Löschen…",
    question: (title) => `„${title}“ löschen?`,
    consequence:
      "Alle Links hören sofort auf zu funktionieren. 30 Tage lang lässt es sich wiederherstellen.",
    keep: "Behalten",
    confirm: "Löschen",
    restore: "Wiederherstellen",
    deleted: {
      title: "Dieses Dokument wurde gelöscht",
      advice: "30 Tage lang lässt es sich wiederherstellen. Bis dahin öffnet es kein Link.",
    },
  },
};
