import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { crash } from "../crash/harness.ts";
import { KINDS } from "../crash/kills.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

test("[K1] killed while people write, drain, compact or back up, the server never loses what it acknowledged", async (t) => {
  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  const reports = await crash(t, {
    dataDir: join(await temporaryFolder(t), "data"),
    kills: KINDS.length,
    seed,
  });
  assert.deepEqual(new Set(reports.map(({ kind }) => kind)), new Set(KINDS));
  assert.ok((reports.at(-1)?.acknowledged ?? 0) > 0);
});
