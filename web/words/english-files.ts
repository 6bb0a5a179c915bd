/** What the page says about images, files and the life of a document, in English. */
import { plurals } from "./plurals.ts";

const plural = plurals("en");

export const englishFiles = {
  images: {
    choose: "Insert image…",
    uploading: (name: string) => `Uploading ${name}`,
    cancel: (name: string) => `Cancel uploading ${name}`,
    offline: "You are offline. Put images in once there is a connection.",
    refused: (name: string, reason: string) => `${name} was not put in. ${reason}`,
    reasons: {
      broken: "It is not an image that can be shown.",
      type: "Only PNG, JPEG, GIF, WebP, AVIF and SVG images can be taken.",
      large: "It is larger than this server allows.",
      full: "The images of this document have reached their limit.",
      overload: "The server cannot store it at the moment.",
      unreachable: "The server cannot be reached.",
      rate: "Too much was sent at once. Try again in a moment.",
      role: "This link lets you read only.",
    },
    /** In place of an image. */
    missing: "There is no such image in this document.",
    unavailable: "This image cannot be loaded.",
  },
  /** To whoever has gone elsewhere meanwhile. */
  arrival: { ready: "The document is ready.", open: "Open" },
  importing: {
    file: "Import a file…",
    ownerFile: "Open owner file…",
    drop: "Drop a text, a Word file or a web page to make a document of it, or an owner file to open its document",
    busy: "The file is being opened…",
    imported: "The file is imported.",
    leftOut: (count: number) => {
      const pictures = plural(count, { one: "1 picture", other: `${count} pictures` });
      return `${pictures} of the file could not be put in.`;
    },
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
    copying: "The copy is being made…",
    copied: {
      here: "This is the copy. The other document stays as it is.",
      ready: "The copy is ready.",
    },
    copiedInPart: {
      here: "This is the copy. The newest changes are missing: the server did not have them yet.",
      ready: "The copy is ready. The newest changes are missing: the server did not have them yet.",
    },
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
};
