import assert from "node:assert/strict";
import { test } from "node:test";
import { described } from "../chaos/faults.ts";
import { chaos } from "../chaos/harness.ts";

/** Two runs, since one brings about a third of all kinds of faults. */
for (const run of ["once", "and once more"]) {
  test(`[Z1] whatever part of a cluster breaks, nothing acknowledged is lost and all agree, ${run}`, async (t) => {
    const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
    t.diagnostic(`SEED=${seed}`);
    const { edits, hops } = await chaos(t, {
      seed,
      faults: 5,
      onFault: (fault, second) => t.diagnostic(`${second.toFixed(1)} s: ${described(fault)}`),
    });
    assert.ok(edits > 0 && hops > 0);
  });
}
