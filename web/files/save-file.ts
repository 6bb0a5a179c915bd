/** Hands a file to the browser to be saved. Works without a connection, and on plain http. */

/** Some browsers read it after the click; milliseconds. */
const READ_MS = 60_000;

export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), READ_MS);
}
