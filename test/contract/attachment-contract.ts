/** What every place for attachments promises, as tests to run over each of them. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import type { Attachments } from "../../persistence/attachments.ts";
import { seeded } from "../helpers/random.ts";

/** Empty, and gone with the test. */
export type OpenAttachments = (t: TestContext) => Promise<Attachments>;

/** Runs every rule over attachments of its own. */
export function attachmentContract(kind: string, open: OpenAttachments): void {
  for (const [rule, check] of Object.entries(RULES)) {
    test(`${rule} (${kind})`, async (t) => check(await open(t), t));
  }
}

const UNLIMITED = Number.POSITIVE_INFINITY;

const RULES: Record<string, (attachments: Attachments, t: TestContext) => Promise<void>> = {
  "[Y40] an attachment of any size is read as it came, under the name of its content": async (
    attachments,
    t,
  ) => {
    const random = seeded(t);
    for (const size of [0, 1, 4096, 262_143, 262_144, 262_145, 1_500_000]) {
      const content = random.bytes(size);
      const incoming = await attachments.receive(inPieces(content, 1 + random.int(100_000)));
      assert.equal(incoming.bytes, size);
      assert.deepEqual(Buffer.from(incoming.head), Buffer.from(content.subarray(0, 65_536)));
      assert.deepEqual(await attachments.list("doc"), []);
      const name = await incoming.keep("doc", "png", UNLIMITED);
      assert.equal(name, nameOf(content));
      await incoming.discard();
      assert.deepEqual(await read(attachments, "doc", name), Buffer.from(content));
      await attachments.remove("doc");
    }
    assert.equal(await attachments.read("doc", nameOf(new Uint8Array(1))), undefined);
    assert.equal(await attachments.read("doc", "../../etc/passwd"), undefined);
  },

  "[Y41] past the limit of a document an attachment is not kept, unless the document has it":
    async (attachments) => {
      const keep = (content: Uint8Array, most: number) => put(attachments, "doc", content, most);
      const [small, large] = [Buffer.from("small"), Buffer.alloc(5000, "large")];
      assert.ok(await keep(small, 4096));
      assert.equal(await keep(large, 4096 + 4999), undefined);
      assert.ok(await keep(large, 4096 + 5000));
      assert.equal(await keep(small, 0), nameOf(small));
      assert.equal(await keep(Buffer.from("other"), 9096 + 4095), undefined);
      assert.deepEqual(await attachments.list("doc"), [nameOf(small), nameOf(large)].toSorted());
      assert.deepEqual(await attachments.totals(), { count: 2, bytes: 5005 });
    },

  "[Y42] a copy is a document's own once it is kept, and nobody's before or without that": async (
    attachments,
  ) => {
    const contents = ["one", "two", "three"].map((word) => Buffer.from(word));
    for (const content of contents) await put(attachments, "a", content);
    const [one = "", two = ""] = contents.map(nameOf);
    const copy = await attachments.copy("a", [one, two, nameOf(Buffer.from("none")), "no"]);
    assert.deepEqual(copy.names, new Set([one, two]));
    assert.equal((await attachments.totals()).count, 3);
    const dropped = await attachments.copy("a", [one]);
    await dropped.discard();
    await attachments.remove("a");
    await copy.keep("b");
    await copy.discard();
    assert.deepEqual(await attachments.list("b"), [one, two].toSorted());
    assert.equal(String(await read(attachments, "b", two)), "two");
    const none = await attachments.copy("a", [one]);
    assert.deepEqual(none.names, new Set());
    await none.keep("c");
    assert.deepEqual(await attachments.totals(), { count: 2, bytes: 6 });
  },

  "[Y43] removing a document's attachments leaves those of all others, of the same content too":
    async (attachments) => {
      const content = Buffer.from("shared");
      for (const id of ["a", "b"]) await put(attachments, id, content);
      await put(attachments, "a", Buffer.from("of one"));
      await attachments.remove("a");
      await attachments.remove("never-there");
      assert.deepEqual(await attachments.list("a"), []);
      assert.equal(await attachments.read("a", nameOf(content)), undefined);
      assert.deepEqual(await read(attachments, "b", nameOf(content)), content);
    },

  "[Y44] content that breaks off or is let go of leaves nothing": async (attachments) => {
    const broken = attachments.receive(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error("it broke off");
      })(),
    );
    await assert.rejects(broken, /it broke off/);
    const incoming = await attachments.receive(inPieces(Buffer.from("unwanted"), 3));
    await incoming.discard();
    await incoming.discard();
    assert.deepEqual(await attachments.totals(), { count: 0, bytes: 0 });
    assert.deepEqual(await attachments.documents(), []);
  },
};

/** A document has it, or undefined is answered. */
export async function put(
  attachments: Attachments,
  documentId: string,
  content: Uint8Array,
  most = UNLIMITED,
): Promise<string | undefined> {
  const incoming = await attachments.receive(inPieces(content, 50_000));
  try {
    return await incoming.keep(documentId, "png", most);
  } finally {
    await incoming.discard();
  }
}

/** What it holds. */
export async function read(
  attachments: Attachments,
  documentId: string,
  name = "",
): Promise<Buffer> {
  const found = await attachments.read(documentId, name);
  assert.ok(found, `${documentId} has ${name}`);
  const content = await buffer(found.content());
  assert.equal(content.length, found.bytes);
  return content;
}

/** As it is called by where it is kept. */
export function nameOf(content: Uint8Array): string {
  return `${createHash("sha256").update(content).digest("hex").slice(0, 40)}.png`;
}

async function* inPieces(content: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}
