import assert from "node:assert/strict";
import { test } from "node:test";
import { Text } from "@codemirror/state";
import { addCommands, allCommands } from "../../web/commands/commands.ts";
import { countSteps } from "../../web/commands/counting.ts";
import { found } from "../../web/commands/finding.ts";
import { shortcutName } from "../../web/commands/shortcut-names.ts";

test("[W108] a choice is found by parts of its words in any order, those that begin so first", () => {
  const names = ["Word count", "Keyboard shortcuts", "Find and replace", "Download as Markdown"];
  const items = names.map((name) => ({ name }));
  const find = (typed: string) => found(items, typed).map(({ name }) => name);
  assert.deepEqual(find(""), names);
  assert.deepEqual(find("count word"), ["Word count"]);
  assert.deepEqual(find("WO"), ["Word count", "Download as Markdown"].slice(0, 2));
  assert.deepEqual(find("dwn mark"), ["Download as Markdown"]);
  assert.deepEqual(find("zzz"), []);
});

test("[W109] keys are named as the platform names them", () => {
  assert.equal(shortcutName("Mod-Shift-p", true), "⇧⌘P");
  assert.equal(shortcutName("Mod-Shift-p", false), "Ctrl+Shift+P");
  assert.equal(shortcutName("Mod-Alt-ArrowUp", true), "⌥⌘↑");
  assert.equal(shortcutName("Mod-Alt-ArrowUp", false), "Ctrl+Alt+↑");
  assert.equal(shortcutName("Escape", false), "Esc");
});

function count(text: Text) {
  const steps = countSteps(text);
  let made = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return { ...step.value, steps: made };
    made += 1;
  }
}

test("[W110] words and characters are counted in every script, and what was counted once is not again", () => {
  const sum = (...lines: string[]) => {
    const { words, characters } = count(Text.of(lines));
    return [words, characters];
  };
  assert.deepEqual(sum("Don't stop, Anna!", "", "go 😀"), [4, 21]);
  assert.deepEqual(sum("我们明天见面"), [3, 6]);
  assert.deepEqual(sum("สวัสดีครับ"), [2, 10]);
  assert.deepEqual(sum(""), [0, 0]);
  const long = "word ".repeat(20_000);
  assert.deepEqual(sum(long), [20_000, 100_000]);
  const text = Text.of(Array.from({ length: 20_000 }, () => "four words a line"));
  assert.equal(count(text).words, 80_000);
  const edited = text.replace(9, 9, Text.of(["more "]));
  const again = count(edited);
  assert.equal(again.words, 80_001);
  assert.ok(again.steps < 200, `${again.steps} lines were counted again`);
});

test("[W111] commands are there as long as who added them is", () => {
  const remove = addCommands(() => [{ name: "One", shortcut: "Mod-1", run: Boolean }]);
  const removeOther = addCommands(() => [{ name: "Two", run: Boolean }]);
  assert.deepEqual(
    allCommands().map(({ name }) => name),
    ["One", "Two"],
  );
  remove();
  removeOther();
  assert.deepEqual(allCommands(), []);
});
