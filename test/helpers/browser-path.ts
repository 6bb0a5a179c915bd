/** Where the system's Chromium is. */
import { existsSync } from "node:fs";
import { chromiumPath } from "../../server/export/chromium-path.ts";

/** What to do where it cannot be installed by the tests themselves. */
export const HOW_TO_GET_IT =
  "The browser tests need Chromium: install it (Debian: apt install chromium), or set CHROMIUM to its path.";

export function browserPath(): string | undefined {
  const { CHROMIUM: given, PATH } = process.env;
  return given && existsSync(given) ? given : chromiumPath(PATH);
}
