/** What every store promises of documents in the trash, and of their end. Knows no particular store. */
import assert from "node:assert/strict";
import type { DeletedDocument, Store } from "../../persistence/store.ts";
import {
  entries,
  entry,
  newDocument,
  newLink,
  rejection,
  textOf,
  typing,
} from "./sample-documents.ts";

async function idsOf(documents: Promise<readonly DeletedDocument[]>): Promise<string[]> {
  return (await documents).map(({ id }) => id);
}

/** A row of SQLite is no plain object. */
function plainly(document: DeletedDocument): DeletedDocument {
  return { ...document };
}

/** By their sentences. */
export const trashRules: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  "[P70] a deleted document stays whole, and its links tell of it until it is taken out again":
    async (store) => {
      const [update = new Uint8Array(), next = update] = typing("ab");
      const { tokenHash } = newLink("a1", 1);
      await store.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 1 })] }));
      await store.claimLink({ linkId: "a1", tokenHash: Buffer.alloc(32, 9), at: 5 });
      await store.append([entry("a", 1, update)]);
      await store.setDeleted("a", 7);
      for (const hash of [tokenHash, Buffer.alloc(32, 9)]) {
        assert.equal((await store.findLink(hash))?.documentDeletedAt, 7);
      }
      await store.append([entry("a", 2, next)]);
      assert.equal(textOf(await store.load("a")), "ab");
      await store.setDeleted("a", null);
      assert.equal((await store.findLink(tokenHash))?.documentDeletedAt, null);
      await rejection(store.setDeleted("b", 7), "conflict");
    },

  "[P71] only what is in the trash since before then is named, the longest ago first": async (
    store,
  ) => {
    for (const [id, at] of Object.entries({ a: 30, b: 10, c: 20, d: null })) {
      await store.create(newDocument(id));
      await store.setDeleted(id, at);
    }
    const deleted = (before: number, most: number) => idsOf(store.deletedBefore(before, most));
    assert.deepEqual(await deleted(30, 9), ["b", "c"]);
    assert.deepEqual(await deleted(31, 2), ["b", "c"]);
    await store.setDeleted("b", null);
    assert.deepEqual(await deleted(31, 9), ["c", "a"]);
  },

  "[P79] what is in the trash since before a given time is not taken out, and stays as it is":
    async (store) => {
      await store.create(newDocument("a", { links: [newLink("a1", 1)] }));
      assert.equal(await store.setDeleted("a", 10), true);
      for (const change of [null, 20]) {
        assert.equal(await store.setDeleted("a", change, 11), false);
        assert.equal((await store.findLink(newLink("a1", 1).tokenHash))?.documentDeletedAt, 10);
      }
      assert.equal(await store.setDeleted("a", null, 10), true);
      assert.equal(await store.setDeleted("a", null, 11), true);
      assert.equal((await store.findLink(newLink("a1", 1).tokenHash))?.documentDeletedAt, null);
      await rejection(store.setDeleted("b", null, 1), "conflict");
    },

  "[P80] the trash is gone through page by page, each document once, also while some are purged":
    async (store) => {
      for (const [id, at] of Object.entries({ c: 5, a: 5, b: 5, d: 4, e: 9, f: 7 })) {
        await store.create(newDocument(id));
        await store.setDeleted(id, at);
      }
      const first = await store.deletedBefore(9, 2);
      assert.deepEqual(first.map(plainly), [
        { id: "d", deletedAt: 4 },
        { id: "a", deletedAt: 5 },
      ]);
      await store.purge("a", 9);
      const second = await store.deletedBefore(9, 2, first.at(-1));
      assert.deepEqual(second.map(plainly), [
        { id: "b", deletedAt: 5 },
        { id: "c", deletedAt: 5 },
      ]);
      const third = await store.deletedBefore(9, 2, second.at(-1));
      assert.deepEqual(third.map(plainly), [{ id: "f", deletedAt: 7 }]);
      assert.deepEqual(await store.deletedBefore(9, 2, third.at(-1)), []);
    },

  "[P72] after purging no question finds anything of a document, and none that was taken out of the trash is touched":
    async (store) => {
      for (const [id, hash] of [
        ["a", 1],
        ["b", 2],
      ] as const) {
        await store.create(newDocument(id, { links: [newLink(`${id}1`, hash, { maxUses: 9 })] }));
        await store.claimLink({ linkId: `${id}1`, tokenHash: Buffer.alloc(32, hash + 6), at: 5 });
        await store.append(entries(id, typing("x".repeat(40))));
        await store.compact(id, 30);
        await store.setDeleted(id, 10);
      }
      await store.setDeleted("b", 20);
      assert.deepEqual(
        [await store.purge("a", 20), await store.purge("b", 20), await store.purge("c", 20)],
        [true, false, false],
      );
      assert.equal(await store.load("a"), undefined);
      assert.equal(await store.find("a"), undefined);
      for (const hash of [1, 7]) {
        assert.equal(await store.findLink(Buffer.alloc(32, hash)), undefined);
      }
      assert.equal(textOf(await store.load("b")), "x".repeat(40));
      assert.equal((await store.findLink(Buffer.alloc(32, 8)))?.isClaimed, true);
      await store.create(newDocument("a", { links: [newLink("a1", 1)] }));
    },
};
