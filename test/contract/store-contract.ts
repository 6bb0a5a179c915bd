/** What every store promises, as tests to run over each of them. Knows no particular store. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { ListedDocument, Store } from "../../persistence/store.ts";
import {
  CREATED_AT,
  entries,
  entry,
  newDocument,
  newLink,
  plain,
  rejection,
  textOf,
  typing,
} from "./sample-documents.ts";
import { trashRules } from "./trash-rules.ts";

/** An empty store that is closed when the test ends. */
export type OpenStore = (t: TestContext) => Promise<Store>;

/** Runs every rule over a store of its own. */
export function storeContract(kind: string, open: OpenStore): void {
  for (const [rule, check] of Object.entries({ ...RULES, ...trashRules })) {
    test(`${rule} (${kind})`, async (t) => check(await open(t)));
  }
}

const RULES: Record<string, (store: Store) => Promise<void>> = {
  "[P1] a created document is found, with epoch 1; an unknown one is undefined": async (store) => {
    await store.create(newDocument("a"));
    const record = { id: "a", createdAt: CREATED_AT, updatedAt: CREATED_AT, epoch: 1 };
    assert.deepEqual({ ...(await store.find("a")) }, record);
    const empty = { epoch: 1, createdAt: CREATED_AT, updatedAt: CREATED_AT, seq: 0 };
    assert.deepEqual(await store.load("a"), {
      ...empty,
      snapshot: undefined,
      tail: [],
      damage: undefined,
    });
    assert.equal(await store.find("b"), undefined);
    assert.equal(await store.load("b"), undefined);
  },

  "[P2] a document may start with content, which is entry 1": async (store) => {
    const [update = new Uint8Array(), next = update] = typing("ab");
    await store.create(newDocument("a", { first: { author: "import", update } }));
    assert.equal(textOf(await store.load("a")), "a");
    await store.append([entry("a", 2, next)]);
    assert.equal(textOf(await store.load("a")), "ab");
  },

  "[P3] creation keeps everything or nothing": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1)] }));
    const refused = [
      newDocument("a", { links: [newLink("b1", 2)] }),
      newDocument("b", { links: [newLink("b1", 2), newLink("a1", 3)] }),
      newDocument("b", { links: [newLink("b1", 2), newLink("b2", 1)] }),
      newDocument("b", { links: [newLink("b1", 2), newLink("b2", 2)] }),
    ];
    for (const document of refused) await rejection(store.create(document), "conflict");
    assert.equal(await store.find("b"), undefined);
    assert.equal(await store.findLink(newLink("b1", 2).tokenHash), undefined);
    await store.create(newDocument("b", { links: [newLink("b1", 2)] }));
  },

  "[P4] a link is found by the hash of its token, with all that was said of it": async (store) => {
    const limited = { label: "for Ben", expiresAt: CREATED_AT + 1, password: "hash", maxUses: 2 };
    const second = newLink("a2", 2, limited);
    await store.create(newDocument("a", { links: [newLink("a1", 1)] }));
    await store.addLink("a", second);
    const unused = { uses: 0, claims: 0, lastUsedAt: null, revokedAt: null, isClaimed: false };
    const there = { documentDeletedAt: null };
    const found = await store.findLink(Buffer.alloc(32, 2));
    assert.deepEqual(
      { ...found, tokenHash: plain(found?.tokenHash), access: undefined },
      {
        ...second,
        ...unused,
        ...there,
        documentId: "a",
        tokenHash: Array(32).fill(2),
        access: undefined,
      },
    );
    assert.equal(await store.findLink(Buffer.alloc(32, 3)), undefined);
    await rejection(store.addLink("a", newLink("a3", 2)), "conflict");
    await rejection(store.addLink("a", newLink("a2", 3)), "conflict");
    await rejection(store.addLink("b", newLink("a3", 3)), "conflict");
    assert.deepEqual(
      (await store.links("a")).map(({ id }) => id),
      ["a1", "a2"],
    );
    assert.deepEqual(await store.links("b"), []);
  },

  "[P50] a change of a link changes what is named, of its own document alone": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1, { label: "old" })] }));
    assert.equal(await store.changeLink("b", "a1", { role: "view" }), undefined);
    assert.equal(await store.changeLink("a", "a9", { role: "view" }), undefined);
    const changed = await store.changeLink("a", "a1", { role: "view", expiresAt: 7 });
    assert.deepEqual([changed?.role, changed?.expiresAt, changed?.label], ["view", 7, "old"]);
    await store.changeLink("a", "a1", { expiresAt: null, label: "new" });
    const found = await store.findLink(newLink("a1", 1).tokenHash);
    assert.deepEqual([found?.role, found?.expiresAt, found?.label], ["view", null, "new"]);
  },

  "[P51] a revoked link is found, is in no list, and cannot be changed any more": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1), newLink("a2", 2)] }));
    await store.changeLink("a", "a1", { revokedAt: 5 });
    assert.equal((await store.findLink(newLink("a1", 1).tokenHash))?.revokedAt, 5);
    assert.deepEqual(
      (await store.links("a")).map(({ id }) => id),
      ["a2"],
    );
    assert.equal(await store.changeLink("a", "a1", { revokedAt: null }), undefined);
  },

  "[P52] a link is exchanged for as many tokens as it allows, each counted once": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1, { maxUses: 2 })] }));
    const claim = (hash: number, linkId = "a1") =>
      store.claimLink({ linkId, tokenHash: new Uint8Array(32).fill(hash), at: hash });
    assert.deepEqual([await claim(10), await claim(10), await claim(11)], [true, true, true]);
    assert.equal(await claim(12), false);
    assert.equal(await store.findLink(Buffer.alloc(32, 12)), undefined);
    const found = await store.findLink(Buffer.alloc(32, 11));
    assert.deepEqual([found?.id, found?.isClaimed, found?.claims], ["a1", true, 2]);
    assert.equal(found?.lastUsedAt, 11);
    await store.changeLink("a", "a1", { maxUses: 3 });
    assert.equal(await claim(12), true);
    await rejection(claim(13, "none"), "conflict");
  },

  "[P53] a new password ends the tokens that the link was exchanged for": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1, { password: "old" })] }));
    const claim = { linkId: "a1", tokenHash: new Uint8Array(32).fill(10), at: 1 };
    await store.claimLink(claim);
    await store.changeLink("a", "a1", { label: "x" });
    assert.equal((await store.findLink(claim.tokenHash))?.isClaimed, true);
    await store.changeLink("a", "a1", { password: "new" });
    const found = await store.findLink(claim.tokenHash);
    assert.deepEqual([found?.isClaimed, found?.claims], [false, 0]);
    assert.equal(await store.claimLink(claim), false);
  },

  "[P54] uses add up, and the newest time stays": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1)] }));
    await store.countUses([{ linkId: "a1", count: 2, at: 9 }]);
    await store.countUses([
      { linkId: "a1", count: 1, at: 4 },
      { linkId: "none", count: 1, at: 4 },
    ]);
    const [link] = await store.links("a");
    assert.deepEqual([link?.uses, link?.lastUsedAt], [3, 9]);
  },

  "[P55] a secret is random, by its name, and stays": async (store) => {
    const secret = await store.secret("one");
    assert.equal(secret.length, 32);
    assert.deepEqual(plain(await store.secret("one")), plain(secret));
    assert.notDeepEqual(plain(await store.secret("two")), plain(secret));
  },

  "[P5] entries come back byte for byte and in order; updatedAt is the newest's time": async (
    store,
  ) => {
    await store.create(newDocument("a"));
    const updates = [Uint8Array.of(0, 1, 255), new Uint8Array(), new Uint8Array(100_000).fill(7)];
    await store.append(entries("a", updates));
    const stored = await store.load("a");
    assert.deepEqual(stored?.tail.map(plain), updates.map(plain));
    assert.equal(stored?.seq, 3);
    assert.equal(stored?.updatedAt, CREATED_AT + 3);
    assert.equal((await store.find("a"))?.updatedAt, CREATED_AT + 3);
  },

  "[P6] entries get the numbers of their document's log; one that names no document is a conflict":
    async (store) => {
      for (const id of ["a", "c"]) await store.create(newDocument(id));
      assert.deepEqual(await store.append([entry("a", 1, Uint8Array.of(1))]), [1]);
      const batch = ["a", "a", "c", "a", "c"].map((id, n) => entry(id, n, Uint8Array.of(n + 2)));
      assert.deepEqual(await store.append(batch), [2, 3, 1, 4, 2]);
      await rejection(store.append([entry("b", 1, Uint8Array.of(2))]), "conflict");
      await rejection(store.compact("b", 1), "conflict");
      assert.deepEqual((await store.load("a"))?.tail.map(plain), [[1], [2], [3], [5]]);
      assert.deepEqual((await store.load("c"))?.tail.map(plain), [[4], [6]]);
      assert.equal(await store.load("b"), undefined);
    },

  "[P7] a batch is stored whole or not at all, over several documents too": async (store) => {
    for (const id of ["a", "b"]) await store.create(newDocument(id));
    const one = Uint8Array.of(1);
    await rejection(store.append([entry("a", 1, one), entry("c", 1, one)]), "conflict");
    await rejection(store.append([entry("c", 1, one), entry("a", 1, one)]), "conflict");
    assert.equal((await store.load("a"))?.seq, 0);
    await store.append([entry("a", 1, one), entry("b", 1, one), entry("a", 2, one)]);
    assert.equal((await store.load("a"))?.seq, 2);
    assert.equal((await store.load("b"))?.seq, 1);
    await store.append([]);
  },

  "[P8] a batch that conflicts does not hurt those that arrive with it": async (store) => {
    for (const id of ["a", "b"]) await store.create(newDocument(id));
    const [first, lost, second, third] = await Promise.allSettled([
      store.append([entry("a", 1, Uint8Array.of(1))]),
      store.append([entry("c", 7, Uint8Array.of(7))]),
      store.append([entry("b", 1, Uint8Array.of(2))]),
      store.append([entry("a", 2, Uint8Array.of(3))]),
    ]);
    assert.deepEqual(
      [first, lost, second, third].map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "fulfilled"],
    );
    assert.deepEqual((await store.load("a"))?.tail.map(plain), [[1], [3]]);
    assert.deepEqual((await store.load("b"))?.tail.map(plain), [[2]]);
  },

  "[P9] a view is stored without what lies around it, and its buffer may be used again": async (
    store,
  ) => {
    const pool = new Uint8Array(65_536).fill(9);
    const view = pool.subarray(100, 103);
    const link = { ...newLink("a1", 9), tokenHash: pool.subarray(0, 32) };
    await store.create(newDocument("a", { links: [link], first: { author: "x", update: view } }));
    await store.append([entry("a", 2, view)]);
    pool.fill(0);
    const stored = await store.load("a");
    assert.deepEqual(stored?.tail.map(plain), [
      [9, 9, 9],
      [9, 9, 9],
    ]);
    for (const update of stored.tail) update.fill(0);
    assert.deepEqual((await store.load("a"))?.tail.map(plain), [
      [9, 9, 9],
      [9, 9, 9],
    ]);
    assert.equal((await store.findLink(new Uint8Array(32).fill(9)))?.id, "a1");
  },

  "[P10] a compacted document loads as before, faster, and its numbers go on": async (store) => {
    await store.create(newDocument("a"));
    const updates = typing("hello");
    await store.append(entries("a", updates));
    await store.compact("a", 3);
    const partly = await store.load("a");
    assert.deepEqual([partly?.seq, partly?.tail.length, textOf(partly)], [5, 2, "hello"]);
    await store.compact("a", 5);
    const wholly = await store.load("a");
    assert.deepEqual([wholly?.seq, wholly?.tail.length, textOf(wholly)], [5, 0, "hello"]);
    assert.equal(wholly?.updatedAt, CREATED_AT + 5);
    await store.append([entry("a", 6, Uint8Array.of(0, 0))]);
    assert.equal((await store.load("a"))?.seq, 6);
  },

  "[P11] compacting again, less far or past the end changes nothing": async (store) => {
    await store.create(newDocument("a"));
    await store.compact("a", 5);
    assert.equal((await store.load("a"))?.snapshot, undefined);
    await store.append(entries("a", typing("hello")));
    await store.compact("a", 99);
    const compacted = await store.load("a");
    assert.deepEqual([compacted?.seq, compacted?.tail.length], [5, 0]);
    for (const upTo of [5, 99, 2, 0]) await store.compact("a", upTo);
    assert.deepEqual(plain((await store.load("a"))?.snapshot), plain(compacted?.snapshot));
  },

  "[P12] an update that waits for its predecessor survives compaction and heals later": async (
    store,
  ) => {
    await store.create(newDocument("a"));
    const [first = new Uint8Array(), second = first, third = first] = typing("abc");
    await store.append(entries("a", [first, third]));
    await store.compact("a", 2);
    assert.equal(textOf(await store.load("a")), "a");
    await store.append([entry("a", 3, second)]);
    assert.equal(textOf(await store.load("a")), "abc");
    await store.compact("a", 3);
    assert.equal(textOf(await store.load("a")), "abc");
  },

  "[P90] the list has each document once, the newest first, whatever is made meanwhile": async (
    store,
  ) => {
    const COUNT = 25;
    for (let n = 0; n < COUNT; n++) await store.create(newDocument(`d${n}`));
    await store.append(entries("d3", typing("abc")));
    await store.setDeleted("d4", 9);
    const seen: ListedDocument[] = [];
    let page: readonly ListedDocument[];
    do {
      page = await store.list(seen.at(-1)?.place ?? Number.MAX_SAFE_INTEGER, 10);
      seen.push(...page);
      await store.create(newDocument(`later ${seen.length}`));
    } while (page.length === 10);
    const names = Array.from({ length: COUNT }, (_, n) => `d${n}`);
    assert.deepEqual(
      seen.map(({ id }) => id),
      names.toReversed(),
    );
    const { place, ...edited } = seen.find(({ id }) => id === "d3") ?? { place: 0 };
    const about = { id: "d3", createdAt: CREATED_AT, updatedAt: CREATED_AT + 3, epoch: 1 };
    assert.deepEqual(edited, { ...about, seq: 3, deletedAt: null });
    assert.ok(place > 0);
    assert.equal(seen.find(({ id }) => id === "d4")?.deletedAt, 9);
  },

  "[P91] documents are described as the list has them, those that there are": async (store) => {
    for (const id of ["a", "b", "c"]) await store.create(newDocument(id));
    await store.append(entries("b", typing("x".repeat(40))));
    await store.compact("b", 40);
    const all = await store.list(Number.MAX_SAFE_INTEGER, 9);
    const [c, b, a] = all;
    assert.deepEqual(await store.describe(["b", "none", "a", "c"]), [b, a, c]);
    assert.equal(b?.seq, 40);
  },

  "[P92] the totals count documents, links that hold, and edits, packed or not": async (store) => {
    await store.create(newDocument("a", { links: [newLink("a1", 1), newLink("a2", 2)] }));
    await store.changeLink("a", "a2", { revokedAt: 5 });
    for (let n = 0; n < 600; n++) await store.create(newDocument(`d${n}`));
    await store.append(entries("a", typing("x".repeat(900))));
    await store.compact("a", 800);
    await store.append(entries("d7", typing("ab")));
    await store.setDeleted("d9", 1);
    const { bytes, ...counted } = await store.totals();
    assert.deepEqual(counted, { documents: 601, inTrash: 1, links: 1, edits: 902 });
    assert.ok(bytes > 900, `${bytes} bytes`);
  },

  "[P13] closing keeps what was appended before, and can be done twice": async (store) => {
    await store.create(newDocument("a"));
    const appended = store.append([entry("a", 1, Uint8Array.of(1))]);
    await Promise.all([store.close(), store.close()]);
    await appended;
    await store.close();
    for (const late of [
      store.create(newDocument("b")),
      store.find("a"),
      store.findLink(new Uint8Array(32)),
      store.load("a"),
      store.append([entry("a", 2, Uint8Array.of(1))]),
      store.compact("a", 1),
    ]) {
      await rejection(late, "closed");
    }
  },
};
