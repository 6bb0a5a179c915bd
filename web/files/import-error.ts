/** What is wrong with a file that was to be imported; `message` is a sentence for people. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}
