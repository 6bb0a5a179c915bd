/** The width below which a window is a phone's, for what the style sheets cannot decide alone: they say the same. */
export const PHONE = "(width < 640px)";
