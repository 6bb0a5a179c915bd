/** What the page says, in English: the catalogue that the others translate. A function where something stands in the sentence. */
export const english = {
  /** Name of the language in itself. */
  language: "English",
  /** For Intl, and the page's `lang`. */
  locale: "en",
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
