import assert from "node:assert/strict";
import { test } from "node:test";
import { normalizeText, titleOf } from "#protocol/document.ts";
import { decodeFrame, encodeFrame, type Frame, MalformedFrame } from "#protocol/frames.ts";
import { seeded } from "../helpers/random.ts";

const FRAMES: readonly (readonly [Frame, readonly number[]])[] = [
  [{ type: "step1", stateVector: new Uint8Array([0]) }, [0, 0, 1, 0]],
  [{ type: "step2", update: new Uint8Array([0, 0]) }, [0, 1, 2, 0, 0]],
  [{ type: "update", update: new Uint8Array([7]) }, [0, 2, 1, 7]],
  [{ type: "awareness", update: new Uint8Array([0]) }, [1, 1, 0]],
  [{ type: "queryAwareness" }, [3]],
  [{ type: "acknowledgement", count: 300 }, [100, 172, 2]],
  [{ type: "storeState", state: "full" }, [101, 4, 102, 117, 108, 108]],
  [{ type: "storeState", state: "apart" }, [101, 5, 97, 112, 97, 114, 116]],
];

test("[C1] each frame has exactly these bytes, both ways", () => {
  for (const [frame, bytes] of FRAMES) {
    assert.deepEqual([...encodeFrame(frame)], bytes);
    assert.deepEqual(decodeFrame(Uint8Array.from(bytes)), frame);
  }
});

test("[C2] a frame that is cut or has bytes to spare is malformed", () => {
  for (const [, bytes] of FRAMES) {
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decodeFrame(Uint8Array.from(bytes.slice(0, length))), MalformedFrame);
    }
    assert.throws(() => decodeFrame(Uint8Array.from([...bytes, 0])), MalformedFrame);
  }
});

test("[C3] a length that lies never reads what lies beside the frame", () => {
  const pool = new Uint8Array(100).fill(65);
  pool.set([0, 2, 50, 1, 2, 3], 10);
  assert.throws(() => decodeFrame(pool.subarray(10, 16)), MalformedFrame);
});

test("[C4] any bytes decode to a frame or are malformed, and nothing else happens", (t) => {
  const random = seeded(t);
  for (let n = 0; n < 20_000; n++) {
    const bytes = random.bytes(random.int(12));
    try {
      decodeFrame(bytes);
    } catch (error) {
      assert.ok(error instanceof MalformedFrame, String(error));
    }
  }
});

test("[C5] line ends become \\n and a byte order mark is dropped; all else stays", () => {
  assert.equal(normalizeText("\uFEFFa\r\nb\rc\n\uFEFFd\u2028"), "a\nb\nc\n\uFEFFd\u2028");
});

test("[C6] a document without a title is named by its first heading, else its first line", () => {
  assert.equal(titleOf(" Mine ", "# Other"), "Mine");
  assert.equal(titleOf(undefined, "words\n## The *plan* ##\nmore"), "The *plan*");
  assert.equal(titleOf("", "\n\n  first line \nsecond"), "first line");
  assert.equal(titleOf(7, "#hashtag is no heading"), "#hashtag is no heading");
  assert.equal(titleOf(undefined, "\n"), "Untitled");
  assert.equal(titleOf("x".repeat(200), "").length, 120);
  assert.equal(titleOf(undefined, `# ${"x".repeat(118)}😀`), `${"x".repeat(118)}😀`);
  assert.equal(titleOf(undefined, `# ${"x".repeat(118)}😀 and more`), `${"x".repeat(118)}…`);
});

test("[C7] finding a title looks at a text once, however its first line is made", () => {
  const blanks = " ".repeat(1_000_000);
  // Each would take hours if what is looked at were looked at again and again.
  assert.equal(titleOf(undefined, `# a${blanks}b`), "a");
  assert.equal(titleOf(undefined, `# a ${"# ".repeat(500_000)}b`).length, 120);
  assert.equal(titleOf(undefined, `${blanks}b`), "b");
  assert.equal(titleOf(`${blanks}c`, "# d"), "c");
});
