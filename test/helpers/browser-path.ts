/** Where the system's Chromium is. */
import { existsSync } from "node:fs";

const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** What to do where it cannot be installed by the tests themselves. */
export const HOW_TO_GET_IT =
  "The browser tests need Chromium: install it (Debian: apt install chromium), or set CHROMIUM to its path.";

export function browserPath(): string | undefined {
  return PLACES.find((path) => path && existsSync(path));
}
