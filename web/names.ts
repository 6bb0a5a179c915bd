/** People's names as they are shown: cut and abbreviated by what a reader takes for one character, whatever the script. */

/** Steer the direction of what stands after them: a name must not turn the words around it. */
const STEERING = /[\u202a-\u202e\u2066-\u2069]/g;

const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A character may carry any number of marks; so many code points of it fit into an avatar. */
const LONGEST_CHARACTER = 12;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** On one line, of whole characters, at most so many UTF-16 units; empty for a name that shows nothing. */
export function tidyName(name: string, longest: number): string {
  const line = name.replace(STEERING, "").replace(/\s+/g, " ").trim();
  if (line.length <= longest) return line;
  let kept = "";
  for (const { segment } of characters.segment(line.slice(0, 2 * longest))) {
    if (kept.length + segment.length >= longest) break;
    kept += segment;
  }
  return kept && `${kept.trim()}…`;
}

/** Of the first and the last word; a picture stands for the whole name. */
export function initialsOf(name: string): string {
  const initials = name.split(/\s+/).map(initialOf).filter(Boolean);
  const [first = ""] = initials;
  const last = initials.length > 1 ? (initials.at(-1) ?? "") : "";
  return PICTURE.test(first) || PICTURE.test(last) ? first : first + last;
}

/** For a sentence that runs the other way; in any other it stays as it is. */
export function inSentence(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

function initialOf(word: string): string {
  for (const { segment } of characters.segment(word)) {
    if (SAYS_SOMETHING.test(segment)) return shortened(segment).toLocaleUpperCase();
  }
  return "";
}

function shortened(character: string): string {
  return [...character].slice(0, LONGEST_CHARACTER).join("");
}
