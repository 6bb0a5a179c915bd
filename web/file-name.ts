/** Names of files that the page makes. Knows no document. */

/** After a title; without what file systems refuse. */
export function fileName(title: string, ending: string): string {
  const name = title
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^[. ]+/, "")
    .slice(0, 80)
    .trim();
  return `${name || "Document"}${ending}`;
}
