/** What a document says of itself: its title, also where its text gives it one, and its language. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as Y from "yjs";
import { beginningOf, watchLanguage, watchTitle } from "../../web/document-meta.ts";

function scene(content = "") {
  const doc = new Y.Doc();
  const [text, meta] = [doc.getText("content"), doc.getMap("meta")];
  text.insert(0, content);
  return { text, meta };
}

test("[W190] a title is looked for in the beginning of a text, a few times a second, and not at all while one is given", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { text, meta } = scene(`# One\n${"long ".repeat(100_000)}`);
  Object.assign(text, { toString: () => assert.fail("the whole text was read") });
  const { title, stop } = watchTitle(text, meta);
  t.after(stop);
  assert.equal(title.value, "One");
  text.insert(5, " and");
  t.mock.timers.tick(200);
  text.insert(9, " two");
  assert.equal(title.value, "One");
  t.mock.timers.tick(100);
  assert.equal(title.value, "One and two");
  meta.set("title", "Given");
  const planned = t.mock.method(globalThis, "setTimeout");
  text.insert(2, "No. ");
  assert.equal(planned.mock.callCount(), 0);
  assert.equal(title.value, "Given");
  meta.set("title", " ");
  assert.equal(title.value, "No. One and two");
});

test("[W190] the beginning of a text is the same as of all of it, whoever wrote and deleted there", () => {
  const { text } = scene("one two three");
  text.insert(3, " and");
  text.delete(0, 2);
  text.insertEmbed(1, { image: "of another program" });
  text.insert(5, "🦊");
  const whole = text.toString();
  for (const length of [0, 1, 4, 7, whole.length, 99]) {
    assert.equal(beginningOf(text, length), whole.slice(0, length));
  }
});

test("[W191] a document that says it is in Markdown, or in what people speak, is in no language of code", () => {
  const { meta } = scene();
  const { name, stop } = watchLanguage(meta);
  for (const said of ["markdown", "Markdown", "MARKDOWN", "md", "de", "pt-BR", "", undefined]) {
    meta.set("language", said);
    assert.equal(name.value, undefined, said);
  }
  meta.set("language", "JavaScript");
  assert.equal(name.value, "JavaScript");
  stop();
});
