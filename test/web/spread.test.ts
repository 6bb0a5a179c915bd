import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../web/editor/spread.ts";
import { seeded } from "../helpers/random.ts";

test("[W148] marks that would cover each other are moved apart, in their order and within the strip", (t) => {
  assert.deepEqual(spread([], { gap: 8, length: 100 }), []);
  assert.deepEqual(spread([-4, 50, 52, 104], { gap: 8, length: 100 }), [0, 50, 58, 100]);
  assert.deepEqual(spread([99, 98, 97], { gap: 8, length: 100 }), [100, 92, 84]);
  assert.deepEqual(spread([5, 5, 5, 5, 5], { gap: 8, length: 16 }), [0, 4, 8, 12, 16]);
  const random = seeded(t);
  for (let round = 0; round < 500; round++) {
    const places = Array.from({ length: 1 + random.int(60) }, () => random.int(600));
    const spaced = spread(places, { gap: 8, length: 500 }).toSorted((a, b) => a - b);
    const step = Math.min(8, 500 / Math.max(1, places.length - 1));
    for (const [index, place] of spaced.entries()) {
      assert.ok(place >= -1e-6 && place <= 500 + 1e-6, `${place} is outside`);
      const before = spaced[index - 1] ?? -Infinity;
      assert.ok(place - before >= step - 1e-6, `${before} and ${place} are too near`);
    }
  }
});
