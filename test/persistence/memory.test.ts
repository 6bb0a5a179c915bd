/** The store in memory keeps the contract of every store. */
import test from "node:test";
import { openMemoryStore } from "../../persistence/memory.ts";
import { type OpenStore, storeContract } from "../contract/store-contract.ts";
import { webhookContract } from "../contract/webhook-contract.ts";
import { fuzzStore } from "../contract/store-fuzz.ts";
import { seeded } from "../helpers/random.ts";

const open: OpenStore = async (t) => {
  const store = openMemoryStore();
  t.after(() => store.close());
  return store;
};

storeContract("memory", open);
webhookContract("memory", open);

test("[P14] what was stored always loads as what was edited (memory)", async (t) => {
  await fuzzStore({ store: openMemoryStore(), random: seeded(t), steps: 1000 });
});
