import assert from "node:assert/strict";
import { test } from "node:test";
import { insertBracket } from "@codemirror/autocomplete";
import { insertNewlineContinueMarkup, markdownLanguage } from "@codemirror/lang-markdown";
import { EditorState } from "@codemirror/state";
import { toggleBold, toggleItalic, toggleLink } from "../../web/editor/inline-marks.ts";
import { cycleHeading, toggleList, toggleQuote, toggleTask } from "../../web/editor/line-marks.ts";
import { pairs } from "../../web/editor/prose.ts";
import { tabKey } from "../../web/editor/tab-key.ts";
import { after } from "./editor-scene.ts";

test("[W100] bold and italic are put around a word or a selection, and taken away again", () => {
  assert.equal(after(toggleBold, "one tw|o three"), "one **tw|o** three");
  assert.equal(after(toggleBold, "one **tw|o** three"), "one tw|o three");
  assert.equal(after(toggleBold, "one two|"), "one **two|**");
  assert.equal(after(toggleBold, "|one two"), "**|one** two");
  assert.equal(after(toggleBold, "«one two» three"), "**«one two»** three");
  assert.equal(after(toggleBold, "**«one two»** three"), "«one two» three");
  assert.equal(after(toggleBold, "«**one two**» three"), "«one two» three");
  assert.equal(after(toggleItalic, "__«one»__ two"), "__*«one»*__ two");
  assert.equal(after(toggleItalic, "_o|ne_ two"), "o|ne two");
  assert.equal(after(toggleItalic, "***o|ne***"), "**o|ne**");
});

test("[W101] several selections and lines are marked each, blanks and the signs of lists stay outside", () => {
  assert.equal(after(toggleBold, "«one» and «two»"), "**«one»** and **«two»**");
  assert.equal(after(toggleBold, "**«one»** and «two»"), "**«one»** and **«two»**");
  assert.equal(after(toggleBold, "**«one»** and **«two»**"), "«one» and «two»");
  assert.equal(after(toggleBold, "o|n|e"), "**o|n|e**");
  assert.equal(after(toggleBold, "a« one »b"), "a« **one** »b");
  assert.equal(
    after(toggleBold, "«- one\n\n- [ ] two\n# three»"),
    "«- **one**\n\n- [ ] **two**\n# **three»**",
  );
});

test("[W102] a key that began bold or italic text with nothing in it ends it", () => {
  assert.equal(after(toggleBold, "one |"), "one **|**");
  assert.equal(after(toggleBold, "one **|**"), "one |");
  assert.equal(after(toggleItalic, "*|*"), "|");
  assert.equal(after(toggleItalic, "**|**"), "***|***");
  assert.equal(after(toggleBold, "one **two|**"), "one **two**|");
});

test("[W103] a link is made of words or of an address, and taken away with its words left", () => {
  assert.equal(after(toggleLink, "see «this» now"), "see [this](|) now");
  assert.equal(after(toggleLink, "see th|is now"), "see [this](|) now");
  assert.equal(after(toggleLink, "see |"), "see [|]()");
  assert.equal(after(toggleLink, "«https://quire.test/a»"), "[|](https://quire.test/a)");
  assert.equal(after(toggleLink, "see [th|is](https://quire.test)"), "see th|is");
  assert.equal(after(toggleLink, "«one» «two»"), "[one](|) [two](|)");
});

const tab = tabKey.run as never as Parameters<typeof after>[0];
const shiftTab = tabKey.shift as never as Parameters<typeof after>[0];

test("[W104] Tab nests an item under the one before, Shift-Tab takes it out, and elsewhere Tab is two spaces", () => {
  assert.equal(after(tab, "- one\n- tw|o"), "- one\n  - tw|o");
  assert.equal(after(tab, "1. one\n2. tw|o"), "1. one\n   2. tw|o");
  assert.equal(after(tab, "- one\n  - tw|o"), "- one\n  - tw|o");
  assert.equal(after(tab, "- one\n  - two\n- th|ree"), "- one\n  - two\n  - th|ree");
  assert.equal(after(tab, "- one\n«- two\n  - three»"), "- one\n  «- two\n    - three»");
  assert.equal(after(shiftTab, "10. one\n    - tw|o"), "10. one\n- tw|o");
  assert.equal(after(shiftTab, "- o|ne"), "- o|ne");
  assert.equal(after(tab, "words|"), "words  |");
  assert.equal(after(tab, "«one\ntwo»"), "  «one\n  two»");
  assert.equal(after(shiftTab, "  wo|rds"), "wo|rds");
});

test("[W105] lists, tasks and quotes go on at Enter, and end at an empty item", () => {
  const enter = insertNewlineContinueMarkup;
  assert.equal(after(enter, "- one|"), "- one\n- |");
  assert.equal(after(enter, "1. one|"), "1. one\n2. |");
  assert.equal(after(enter, "- [x] one|"), "- [x] one\n- [ ] |");
  assert.equal(after(enter, "> one|"), "> one\n> |");
  assert.equal(after(enter, "- one\n- two\n- |"), "- one\n- two\n|");
  assert.equal(after(enter, "- [ ] one\n- [ ] two\n- [ ] |"), "- [ ] one\n- [ ] two\n|");
  assert.equal(after(enter, "words|"), undefined);
});

test("[W106] headings, lists, tasks and quotes are made of all lines that are selected, and unmade", () => {
  assert.equal(after(cycleHeading, "o|ne"), "# o|ne");
  assert.equal(after(cycleHeading, "### o|ne"), "o|ne");
  assert.equal(after(toggleList, "«one\n\ntwo»"), "- «one\n\n- two»");
  assert.equal(after(toggleList, "- o|ne"), "o|ne");
  assert.equal(after(toggleList, "1. o|ne"), "o|ne");
  assert.equal(after(toggleTask, "- o|ne"), "- [ ] o|ne");
  assert.equal(after(toggleTask, "- [x] o|ne"), "o|ne");
  assert.equal(after(toggleList, "- [ ] o|ne"), "- o|ne");
  assert.equal(after(toggleQuote, "o|ne"), "> o|ne");
  assert.equal(after(toggleQuote, "> o|ne"), "o|ne");
  assert.equal(after(toggleList, "|"), "- |");
});

/** The text after a bracket was typed; undefined when it is left to be typed as it is. */
function typed(doc: string, bracket: string): string | undefined {
  const state = EditorState.create({
    doc: doc.replace("|", ""),
    selection: { anchor: doc.indexOf("|") },
    extensions: [markdownLanguage, pairs],
  });
  return insertBracket(state, bracket)?.newDoc.toString();
}

test("[W107] brackets and quotes are closed before blanks and stops, apostrophes are not", () => {
  assert.equal(typed("see |", "("), "see ()");
  assert.equal(typed("see |.", "["), "see [].");
  assert.equal(typed("see |", '"'), 'see ""');
  assert.equal(typed("see |this", "("), undefined);
  assert.equal(typed("19|", '"'), undefined);
  assert.equal(typed("don|", "'"), undefined);
  assert.equal(typed("see |", "'"), undefined);
});
