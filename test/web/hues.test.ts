import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseHue } from "../../web/hues.ts";

const other = (clientId: number, hue: number) => ({ clientId, hue });

test("[W13] everybody takes the first hue that nobody has, and keeps it", () => {
  assert.equal(chooseHue({ clientId: 5, hue: undefined }, []), 0);
  assert.equal(chooseHue({ clientId: 5, hue: undefined }, [other(1, 0), other(2, 2)]), 1);
  assert.equal(chooseHue(other(5, 7), [other(1, 0)]), 7);
});

test("[W14] when two have the same hue the lower client id keeps it", () => {
  assert.equal(chooseHue(other(5, 0), [other(1, 0)]), 1);
  assert.equal(chooseHue(other(1, 0), [other(5, 0)]), 0);
});

test("[W15] with more people than hues everybody still has one", () => {
  const all = Array.from({ length: 10 }, (_, hue) => other(hue, hue));
  assert.equal(chooseHue({ clientId: 57, hue: undefined }, all), 7);
});
