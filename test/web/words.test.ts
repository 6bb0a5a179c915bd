/** The catalogues of words: that each says everything, and that nothing is said beside them. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ago } from "../../web/ago.ts";
import { chinese } from "../../web/words/chinese.ts";
import { english } from "../../web/words/english.ts";
import { german } from "../../web/words/german.ts";
import { chooseLanguage, chosenLanguage, LANGUAGES, words } from "../../web/words/words.ts";
import { ROOT } from "../helpers/program.ts";
import { FakeStorage } from "./fake-storage.ts";

const CATALOGUES = { de: german, zh: chinese };

/** Where two numbers are no fitting arguments. */
const SAMPLES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  "page.themeButton": [["system", "dark"]],
  "problems.refused": [["rate", "The server's words."]],
  "people.neutralName": [["Calm", "Otter"]],
  "saving.offline": [
    [0, true],
    [1, true],
    [12, false],
  ],
  "saving.notStored": [["the disk is full", true]],
  "claim.tooMany": [[undefined], [1], [5]],
  "share.hint": [["view"], ["comment"], ["edit"]],
  "share.theLink": [["view"], ["owner"]],
  "share.caption": [
    ["view", false, null],
    ["edit", true, 1],
    ["owner", true, 7],
  ],
};

const NUMBERS = [
  [1, 1],
  [3, 3],
];

/** Every sentence by its place; those that are made, made of samples. */
function sentencesOf(catalogue: object, place = ""): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(catalogue) as [string, unknown][]) {
    const path = place ? `${place}.${key}` : key;
    if (Array.isArray(value)) found.set(path, value);
    else if (typeof value === "function") found.set(path, made(value as Maker, path));
    else if (typeof value === "object" && value !== null) {
      for (const [inner, said] of sentencesOf(value, path)) found.set(inner, said);
    } else found.set(path, [value]);
  }
  return found;
}

type Maker = (...given: readonly unknown[]) => unknown;

function made(maker: Maker, path: string): unknown[] {
  return (SAMPLES[path] ?? NUMBERS).map((given) => maker(...given));
}

test("[W160] every language says everything, in sentences that lack nothing", () => {
  const keys = [...sentencesOf(english).keys()];
  for (const [tag, catalogue] of Object.entries(CATALOGUES)) {
    const sentences = sentencesOf(catalogue);
    assert.deepEqual([...sentences.keys()].toSorted(), keys.toSorted(), tag);
    assert.equal(catalogue.language, LANGUAGES[tag]);
    for (const [path, said] of sentences) {
      for (const sentence of said) {
        assert.ok(typeof sentence === "string" && sentence.trim() !== "", `${tag} ${path}`);
        assert.doesNotMatch(sentence, /undefined|null|NaN|\[object/, `${tag} ${path}`);
      }
    }
  }
});

test("[W161] a state that only reads begins as its mark does, in every language", () => {
  for (const { saving } of [english, german, chinese]) {
    assert.ok(saving.reads.startsWith(saving.readOnly));
    assert.ok(saving.repairs.startsWith(saving.readOnly));
  }
});

/** What is no word of a language. */
const NAMES = new Set(["Quire"]);

/** Text between tags, attributes that are seen or heard, and what is called out; each in one group. */
const SAID = [
  />([^<>{}=();]*\p{L}{2}[^<>{}=();]*)<\//gu,
  /(?<!=)>\s*([^<>{}=();&|]*\p{L}{2}[^<>{}=();&|]*)\{/gu,
  /\}([^<>{}=();]*\p{L}{2}[^<>{}=();]*)<\//gu,
  /\b(?:aria-label|title|placeholder|alt|label)=(?:"|\{["`])([^"`]*\p{L}{2}[^"`]*)/gu,
  /\b(?:toast|placeholder)\(\s*["`]([^"`]*)/gu,
];

test("[W162] no part of the page says anything that does not stand in the catalogue", () => {
  const files = globSync("web/**/*.{ts,tsx}", { cwd: ROOT, exclude: ["web/dist/**"] });
  assert.ok(files.length > 50);
  for (const file of globSync("web/styles/*.css", { cwd: ROOT })) {
    const style = readFileSync(`${ROOT}/${file}`, "utf8");
    assert.doesNotMatch(style, /content:[^;]*"[^";]*\p{L}{2}[^";]*"/u, file);
  }
  for (const file of files) {
    const code = readFileSync(`${ROOT}/${file}`, "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    const patterns = file.endsWith(".tsx") ? SAID : SAID.slice(-1);
    const found = patterns.flatMap((said) =>
      [...code.matchAll(said)].map(([, text]) => text ?? ""),
    );
    const own = found.map((text) => text.trim()).filter((text) => !NAMES.has(text));
    assert.deepEqual(own, [], file);
  }
});

test("[W163] a language is chosen, remembered, and spoken at once; without a choice it is the browser's first that there is", async (t) => {
  FakeStorage.install();
  const languages = ["fr-FR", "zh-CN", "de"];
  t.mock.getter(globalThis.navigator, "languages", () => languages);
  assert.equal(chosenLanguage(), "zh");
  languages.splice(0, 3, "fr");
  assert.equal(chosenLanguage(), "en");
  const now = Date.now();
  assert.equal(ago(now - 120_000, now), "2 minutes ago");
  await chooseLanguage("de");
  t.after(() => chooseLanguage("en"));
  assert.equal(chosenLanguage(), "de");
  assert.equal(words.value, german);
  assert.equal(ago(now - 120_000, now), "vor 2 Minuten");
  await Promise.all([chooseLanguage("de"), chooseLanguage("zh")]);
  assert.equal(words.value, chinese);
});
