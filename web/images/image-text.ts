/** An image as Markdown writes it. Knows no file and no document. */

const LONGEST = 100;

/** What begins something in Markdown, or ends the brackets that the name stands in. */
const SPECIAL = /[\\[\]`*<>$]/g;

/** @param name of its file, whose words stand for it where it cannot be seen. */
export function imageMarkdown(name: string, url: string): string {
  const plain = name
    .replace(/\.\w{1,5}$/, "")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  const words = Array.from(plain).slice(0, LONGEST).join("");
  return `![${words.replaceAll(SPECIAL, String.raw`\$&`)}](${url})`;
}
