/** Which changes of the save state are worth hearing: that it turned bad, another bad, and good again. Never a count or a key. */
import type { SaveState } from "./save-state.ts";

export class SaveNews {
  /** For which reason it is bad, as it was told; empty as long as all is well. */
  #told = "";
  #isFirst = true;

  /** What to say of the present state, if anything. */
  look({ tone, reason, text }: SaveState): readonly string[] {
    // Neither says how it will end.
    if (tone === "busy" || text === "") return [];
    const before = this.#told;
    const isFirst = this.#isFirst;
    const isBad = tone === "warn" || tone === "bad";
    this.#told = isBad ? reason : "";
    this.#isFirst = false;
    if (isBad) return reason === before ? [] : [text];
    // Who may only read hears it on arrival; that a role fell is told by the page itself.
    const isNews = before !== "" || (isFirst && tone === "quiet");
    return isNews ? [text] : [];
  }
}
