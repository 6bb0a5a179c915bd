/** What a person is told when the server refuses a link, by the close reason. */
import { words } from "./words/words.ts";

export interface Refusal {
  readonly title: string;
  readonly advice: string;
}

/** Undefined when the text stays on the page and the save state says what happened. */
export function refusalFor(reason: string | undefined): Refusal | undefined {
  const refusals: Readonly<Record<string, Refusal>> = words.value.refusals;
  return reason === undefined ? undefined : refusals[reason];
}
