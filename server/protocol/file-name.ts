/** Names files after titles, the same for what the server sends and what the page saves. */

const LONGEST = 80;

/** Without what a file system somewhere refuses, or what hides a file; without an extension. */
export function fileNameOf(title: string): string {
  const name = title
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^[. ]+/, "");
  return [...name]
    .slice(0, LONGEST)
    .join("")
    .replace(/[. ]+$/, "");
}
