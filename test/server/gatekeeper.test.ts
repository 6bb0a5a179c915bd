/** Tokens looked up in a store that answers when the test says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Gatekeeper } from "../../server/access/gatekeeper.ts";
import { AppError } from "../../server/errors.ts";
import type { FoundLink } from "../../persistence/store.ts";

const LINK: FoundLink = {
  id: "link",
  documentId: "document",
  role: "edit",
  tokenHash: new Uint8Array(),
  createdAt: 0,
  label: "",
  expiresAt: null,
  password: null,
  maxUses: null,
  uses: 0,
  lastUsedAt: null,
  revokedAt: null,
  claims: 0,
  isClaimed: false,
  documentDeletedAt: null,
  access: 0,
};

function slowStore() {
  const answers: ((link: FoundLink) => void)[] = [];
  const findLink = () => new Promise<FoundLink>((resolve) => answers.push(resolve));
  return { answers, gatekeeper: new Gatekeeper({ findLink }, { seen: () => undefined }, Date.now) };
}

test("[L18] many who come at once by one link are one question to the store", async () => {
  const { answers, gatekeeper } = slowStore();
  const all = Array.from({ length: 100 }, () => gatekeeper.admit("document", "token"));
  const other = gatekeeper.admit("document", "another token");
  assert.equal(answers.length, 2);
  for (const answer of answers) answer(LINK);
  assert.equal((await other).grant.role, "edit");
  for (const { grant } of await Promise.all(all)) assert.equal(grant.role, "edit");
  void gatekeeper.admit("document", "token");
  assert.equal(answers.length, 3);
});

test("[L18] but who comes after a link was changed shares no question that was asked before", async () => {
  const { answers, gatekeeper } = slowStore();
  const early = gatekeeper.admit("document", "token");
  await gatekeeper.changed("document", "link");
  const late = gatekeeper.admit("document", "token");
  assert.equal(answers.length, 2);
  answers[0]?.(LINK);
  assert.equal((await early).grant.role, "edit");
  answers[1]?.({ ...LINK, revokedAt: 1 });
  await assert.rejects(late, (error) => error instanceof AppError && error.code === "revoked");
});
