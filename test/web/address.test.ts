/** Which screen an address opens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { documentAddress, parseAddress } from "../../web/address.ts";

const open = (path: string) => parseAddress(new URL(path, "http://quire.test"));

test("[W35] an address names a screen, a document and the link in its fragment", () => {
  assert.deepEqual(open("/"), { screen: "home" });
  assert.deepEqual(open("/new"), { screen: "new" });
  assert.deepEqual(open("/d/a-b_C9#tok"), { screen: "document", id: "a-b_C9", token: "tok" });
  assert.deepEqual(open("/d/a-b_C9"), { screen: "document", id: "a-b_C9", token: "" });
  assert.deepEqual(open("/elsewhere"), { screen: "unknown" });
});

test("[W36] the token of an address stands in the fragment, which no server sees", () => {
  const url = new URL(documentAddress("d1", "tok"), "http://quire.test");
  assert.equal(url.pathname, "/d/d1");
  assert.equal(url.hash, "#tok");
  assert.equal(url.search, "");
});
