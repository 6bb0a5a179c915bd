import assert from "node:assert/strict";
import { test } from "node:test";
import { crash } from "../crash/harness.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

test("[K1] killed at random moments while people write, the server never loses what it acknowledged", async (t) => {
  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  const reports = await crash(t, { dataDir: await temporaryFolder(t), kills: 5, seed });
  assert.equal(reports.length, 5);
  assert.ok((reports.at(-1)?.acknowledged ?? 0) > 0);
});
