/** The parts of sharing that need no page: words, the owner file, what is remembered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Link } from "#protocol/rest.ts";
import { captionOf, factsOf, nameOf } from "../../web/share/link-words.ts";
import { ownerFileName, readOwnerFile, writeOwnerFile } from "../../web/share/owner-file.ts";
import { forgetLink, rememberedLinks, rememberLink } from "../../web/share/remembered-links.ts";
import { FakeStorage } from "./fake-storage.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");

const PLAIN: Link = {
  id: "l1",
  role: "view",
  label: "",
  createdAt: "2026-05-01T12:00:00Z",
  expiresAt: null,
  hasPassword: false,
  maxUses: null,
  uses: 0,
  lastUsedAt: null,
  connections: 0,
};

test("[W60] what the share dialog says of a link names its use, its end and what limits it", () => {
  const facts = (changes: Partial<Link>) => factsOf({ ...PLAIN, ...changes }, NOW);
  assert.deepEqual(facts({}), ["never used"]);
  assert.deepEqual(facts({ lastUsedAt: "2026-06-01T11:58:00Z", connections: 2 }), [
    "used 2 minutes ago",
    "2 connected",
  ]);
  assert.deepEqual(facts({ lastUsedAt: "2026-06-01T12:00:05Z" }), ["used just now"]);
  assert.deepEqual(facts({ hasPassword: true, maxUses: 1, uses: 1 }), [
    "never used",
    "password",
    "1 of 1 browser",
  ]);
  assert.match(facts({ expiresAt: "2026-07-15T12:00:00Z" })[1] ?? "", /^expires Jul 15, 2026/);
  assert.match(facts({ expiresAt: "2026-05-15T12:00:00Z" })[1] ?? "", /^expired May 15, 2026/);
  assert.equal(nameOf(PLAIN), "the link that can read");
  assert.equal(nameOf({ ...PLAIN, label: "For Ben" }), "For Ben");
  assert.equal(captionOf("comment"), "Whoever has this link can comment.");
  assert.match(
    captionOf("edit", { hasPassword: true, maxUses: 1 }),
    /password .* one browser only/,
  );
});

const FILE = {
  origin: "http://quire.test",
  documentId: "d1",
  title: "Notes",
  ownerToken: "secret",
  link: "http://quire.test/d/d1#tok",
};

test("[W61] an owner file is read as it was written; what is foreign, newer or broken is refused with a sentence", () => {
  const read = (changes: object) => {
    const written = JSON.parse(writeOwnerFile(FILE)) as object;
    return readOwnerFile(JSON.stringify({ ...written, ...changes }), FILE.origin);
  };
  assert.deepEqual(read({}), FILE);
  const broken = /no owner file, or it is damaged/;
  for (const text of ["", "[]", "null", "7", "{", "{}"]) {
    assert.throws(() => readOwnerFile(text, FILE.origin), broken);
  }
  for (const key of ["version", ...Object.keys(FILE)]) {
    assert.throws(() => read({ [key]: undefined }), broken);
  }
  assert.throws(() => read({ ownerToken: "" }), broken);
  assert.throws(() => read({ link: "https://evil.test/d/d1#tok" }), broken);
  assert.throws(() => read({ link: "http://quire.test/d/other#tok" }), broken);
  assert.throws(() => read({ link: "javascript:alert(1)" }), broken);
  assert.throws(() => read({ version: 2 }), /newer version/);
  assert.throws(
    () => read({ origin: "http://other.test" }),
    /another server.*http:\/\/other\.test/,
  );
});

function name(title: string): string {
  return ownerFileName(title).replace(/ – owner\.json$/, "");
}

test("[W62] an owner file is named after the title, without what file systems refuse", () => {
  assert.equal(name("Meeting notes"), "Meeting notes");
  assert.equal(name("../a\\b: 1/2 *?\u0000\u202E"), "a b 1 2");
  assert.equal(name("  "), "Document");
  assert.equal(name("x".repeat(300)).length, 80);
  assert.equal(name("Übung – 学习 🪶"), "Übung – 学习 🪶");
});

test("[W65] a link that was made here can be copied here until it is revoked", () => {
  const { values } = FakeStorage.install();
  rememberLink("d1", { id: "a", url: "http://quire.test/d/d1#a" });
  rememberLink("d1", { id: "b", url: "http://quire.test/d/d1#b" });
  rememberLink("d2", { id: "c", url: "http://quire.test/d/d2#c" });
  forgetLink("d1", "a");
  assert.deepEqual([...rememberedLinks("d1")], [["b", "http://quire.test/d/d1#b"]]);
  values.set("quire:links:d1", '["x", {"y": 1}]');
  assert.equal(rememberedLinks("d1").get("y"), undefined);
  values.set("quire:links:d1", "7");
  assert.equal(rememberedLinks("d1").size, 0);
});
