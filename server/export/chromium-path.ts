/** Where the system's Chromium is. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Where it may be although `PATH` does not lead there. */
const FOLDERS = ["/usr/bin", "/usr/local/bin", "/snap/bin"];

const APPLICATIONS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** @param searchPath As in `PATH`. Undefined when there is none. */
export function chromiumPath(searchPath = ""): string | undefined {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== "");
  const programs = [...folders, ...FOLDERS].flatMap((folder) =>
    NAMES.map((name) => join(folder, name)),
  );
  return [...programs, ...APPLICATIONS].find((path) => existsSync(path));
}
