/** The width below which a window is a phone's, for what the style sheets cannot decide alone: they say the same. */
export const PHONE = "(width < 640px)";

/** Where one writes with fingers, and there are no keys to have shortcuts for. However narrow, a window may have some. */
export const TOUCH = "(hover: none) and (pointer: coarse)";
