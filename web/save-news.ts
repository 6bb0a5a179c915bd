/** Which changes of the save state are worth hearing: that it turned bad, another bad, and good again. Never a count or a key. */
import type { SaveState } from "./save-state.ts";

/** What stands before the details. */
const HEAD = /^[^–.…]*/;

export class SaveNews {
  /** Empty as long as all is well. */
  #told = "";
  #isFirst = true;

  /** What to say of the present state, if anything. */
  look({ tone, text }: SaveState): readonly string[] {
    // Neither says how it will end.
    if (tone === "busy" || text === "") return [];
    const before = this.#told;
    const isFirst = this.#isFirst;
    const isBad = tone === "warn" || tone === "bad";
    this.#told = isBad ? headOf(text) : "";
    this.#isFirst = false;
    if (isBad) return this.#told === before ? [] : [text];
    // Who may only read hears it on arrival; that a role fell is told by the page itself.
    const isNews = before !== "" || (isFirst && tone === "quiet");
    return isNews ? [text] : [];
  }
}

function headOf(text: string): string {
  return (HEAD.exec(text)?.[0] ?? "").trim();
}
