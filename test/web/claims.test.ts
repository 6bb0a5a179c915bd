/** Exchanging a link for a token of this browser, against a server that the test plays. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ApiError } from "../../web/api.ts";
import { claimSentence } from "../../web/claim-words.ts";
import { claimedToken, claimLink } from "../../web/claims.ts";
import { FakeStorage } from "./fake-storage.ts";

type Answer = (key: string) => Response | Promise<Response>;

/** Answers each call with the next of `answers`, and keeps the keys that came. */
function server(t: TestContext, answers: readonly Answer[]) {
  const { values } = FakeStorage.install();
  const keys: string[] = [];
  t.mock.method(globalThis, "fetch", async (_url: string, { headers }: RequestInit) => {
    const key = new Headers(headers).get("Idempotency-Key") ?? "";
    assert.ok(
      [...values.values()].some((value) => value.includes(key)),
      "the key is kept first",
    );
    keys.push(key);
    return answers[keys.length - 1]?.(key) ?? assert.fail("one call too many");
  });
  return { keys, values };
}

const opens: Answer = (key) =>
  Response.json({ token: `own-${key}`, role: "edit", expiresAt: null });
const offline: Answer = () => Promise.reject(new TypeError("offline"));
const refuses =
  (status: number, reason: string): Answer =>
  () =>
    Response.json({ type: `/problems/${reason}`, detail: `It is ${reason}.` }, { status });

test("[W57] the key of an exchange is kept before it is sent, and is the same until there is an answer", async (t) => {
  const { keys } = server(t, [offline, refuses(403, "wrong"), opens]);
  await assert.rejects(claimLink("d1", "link"), { reason: "unreachable" });
  await assert.rejects(claimLink("d1", "link", "guess"), { reason: "wrong" });
  assert.equal(claimedToken("d1", "link"), undefined);
  await claimLink("d1", "link", "right");
  assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(keys, [keys[0], keys[0], keys[0]]);
  assert.equal(claimedToken("d1", "link"), `own-${keys[0]}`);
  assert.equal(claimedToken("d1", "other"), undefined);
});

test("[W58] a key whose token has ended is replaced once; a link that opens by itself needs no exchange any more", async (t) => {
  const answers = [opens, refuses(403, "used"), opens, refuses(403, "used"), refuses(403, "used")];
  const { keys, values } = server(t, [...answers, refuses(409, "conflict")]);
  await claimLink("d1", "link");
  await claimLink("d1", "link");
  assert.notEqual(keys[2], keys[1]);
  assert.equal(claimedToken("d1", "link"), `own-${keys[2]}`);
  await assert.rejects(claimLink("d1", "link"), { reason: "used" });
  assert.equal(keys.length, 5);
  await claimLink("d1", "link");
  assert.equal(claimedToken("d1", "link"), undefined);
  assert.equal(values.size, 0);
});

test("[W33] in a browser that stores nothing an exchange lasts as long as the tab", async (t) => {
  FakeStorage.install().refuses = true;
  t.mock.method(globalThis, "fetch", async () => opens("k"));
  await claimLink("d1", "link");
  assert.equal(claimedToken("d1", "link"), "own-k");
});

function said(reason: string, retryAfter?: number): string {
  return claimSentence(new ApiError(reason, "The server's words.", { retryAfter }));
}

test("[W59] why a link could not be exchanged is told in a sentence, with how long to wait", () => {
  assert.equal(said("rate", 30), "Too many wrong passwords. Try again in a minute.");
  assert.equal(said("rate", 61), "Too many wrong passwords. Try again in 2 minutes.");
  assert.equal(said("rate"), "Too many wrong passwords. Try again later.");
  assert.match(said("wrong"), /^That is not the password\./);
  assert.equal(said("unreachable"), "The server's words.");
});
