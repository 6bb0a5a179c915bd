import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, spentMs } from "../../server/difference.ts";
import { Draft } from "../../server/draft.ts";
import type { Splice } from "../../server/revision.ts";
import { type Random, seeded } from "../helpers/random.ts";

const WORDS = [
  "fold",
  "ink",
  "quire",
  "的",
  "字",
  "🪶",
  "👩‍👧",
  "é",
  " ",
  " ",
  "\n",
  "\n",
  ".",
  "# ",
];

/** Halves of one character that share a half with another: U+1FAB6, U+1FAB7 and U+1F7B6. */
const KINDRED = ["\u{1FAB6}", "\u{1FAB7}", "\u{1F7B6}"];

function prose(random: Random, words: number, choices: readonly string[] = WORDS): string {
  return Array.from({ length: words }, () => random.pick(choices)).join("");
}

function spliced(before: string, splices: readonly Splice[]): string {
  let [text, at] = ["", 0];
  for (const { from, to, insert } of splices) {
    assert.ok(from >= at && to >= from, "in order, and none over another");
    text += before.slice(at, from) + insert;
    at = to;
  }
  return text + before.slice(at);
}

/** A text with some of its words changed, kept to whole characters. */
function changed(text: string, random: Random): string {
  const parts = text.match(/\w+|[^]/gu) ?? [];
  return parts
    .flatMap((part) => {
      if (random.int(10) > 0) return [part];
      return random.pick([[], [part, prose(random, 3)], [prose(random, 2)]]);
    })
    .join("");
}

test("[T120] the way from one text to another is short, parts no character, and keeps the words that stay", (t) => {
  const random = seeded(t);
  for (let round = 0; round < 2000; round++) {
    const choices = round % 2 ? WORDS : KINDRED;
    const before = prose(random, random.int(60), choices);
    const after = round % 3 ? changed(before, random) : prose(random, random.int(60), choices);
    const splices = difference(before, after, 1e6);
    assert.equal(spliced(before, splices), after);
    for (const { from, to, insert } of splices) {
      assert.ok(to > from || insert, "none changes nothing");
      assert.ok(before.slice(0, from).isWellFormed() && before.slice(to).isWellFormed());
      assert.ok(insert.isWellFormed());
    }
  }
  assert.deepEqual(difference("the red fox runs", "the quick fox ran", 1e6), [
    { from: 4, to: 7, insert: "quick" },
    { from: 13, to: 16, insert: "an" },
  ]);
  assert.deepEqual(difference("同じ文", "同じ一文", 1e6), [{ from: 2, to: 2, insert: "一" }]);
});

test("[T121] however large the texts are, the search holds up nobody for long", (t) => {
  const random = seeded(t);
  const lines = Array.from(
    { length: 30_000 },
    () => `${prose(random, 8, ["ink ", "fold ", "a "])}\n`,
  );
  const before = lines.join("");
  const some = lines.map((line, index) => (index % 500 === 0 ? `${line}new\n` : line)).join("");
  const blank = (count: number) => `${random.int(9)}${"\n".repeat(count)}`;
  const pairs: [string, string][] = [
    [before, some],
    [before, prose(random, 200_000)],
    [`x${blank(500_000)}y`, `z${blank(450_000)}w`],
    ["ab".repeat(500_000), "ba".repeat(400_000)],
    ["a b ".repeat(1000), "b a c ".repeat(1000)],
  ];
  for (const [one, other] of pairs) {
    difference(one, other);
    const start = spentMs();
    const splices = difference(one, other);
    const took = spentMs() - start;
    t.diagnostic(
      `${one.length} to ${other.length}: ${splices.length} parts, ${took.toFixed(0)} ms`,
    );
    assert.equal(spliced(one, splices), other);
    assert.ok(took < 150, `${took} ms`);
  }
  const found = difference(before, some, 1e6);
  assert.ok(
    found.every(({ from, to }) => from === to),
    "nothing is taken away",
  );
  assert.equal(found.map(({ insert }) => insert).join("").length, 60 * "new\n".length);
});

test("[T120] steps that follow each other come to the same as what they leave", (t) => {
  const random = seeded(t);
  for (let round = 0; round < 500; round++) {
    const before = prose(random, random.int(30));
    const draft = new Draft(before);
    let text = before;
    for (let step = random.int(6); step > 0; step--) {
      const [one, other] = [placeIn(text, random), placeIn(text, random)];
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const insert = prose(random, random.int(4));
      draft.replace(from, to, insert);
      text = text.slice(0, from) + insert + text.slice(to);
    }
    assert.equal(draft.text, text);
    assert.equal(spliced(before, draft.splices()), text);
  }
});

function placeIn(text: string, random: Random): number {
  const place = random.int(text.length + 1);
  return text.slice(0, place).isWellFormed() ? place : place - 1;
}
