/** Names of every script, as they are cut and abbreviated. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { initialsOf, inSentence, tidyName } from "../../web/names.ts";

const FAMILY = "👩‍👩‍👧";

test("[W140] a name is cut between whole characters, and turns nothing around it", () => {
  assert.equal(tidyName("  Ada \n Lovelace ", 60), "Ada Lovelace");
  assert.equal(tidyName("evil\u202ename\u2069", 60), "evilname");
  assert.equal(tidyName("e\u0301".repeat(40), 8), `${"e\u0301".repeat(3)}…`);
  assert.equal(tidyName(FAMILY.repeat(9), 60), `${FAMILY.repeat(7)}…`);
  assert.equal(tidyName(`a${"\u0301".repeat(999)}`, 60), "");
  assert.ok(tidyName("田".repeat(99), 60).length <= 60);
});

test("[W141] initials are whole characters, of the first and the last word; a picture stands alone", () => {
  const initials = {
    "Ada Lovelace": "AL",
    "ada king noel": "AN",
    "(Bob)": "B",
    田中太郎: "田",
    "김 철수": "김철",
    "e\u0301ric z\u030c": "E\u0301Z\u030c",
    "محمد علي": "مع",
    [`${FAMILY} Weber`]: FAMILY,
    "Weber 🇩🇪": "W",
    "?!": "",
  };
  for (const [name, expected] of Object.entries(initials)) {
    assert.equal(initialsOf(name), expected, name);
  }
  assert.ok([...initialsOf(`a${"\u0301".repeat(99)}`)].length <= 12);
});

test("[W142] in a sentence a name that runs the other way is set apart, and no other", () => {
  assert.equal(inSentence("Ada"), "Ada");
  assert.equal(inSentence("דנה"), "\u2068דנה\u2069");
  assert.equal(inSentence("محمد"), "\u2068محمد\u2069");
});
