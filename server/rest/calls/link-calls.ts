/** The calls on the links of a document, described. */
import { z } from "zod";
import { Claim, ClaimedLink, Link, LinkChanges, LinkWithToken, NewLink } from "#protocol/rest.ts";
import type { Call } from "../call.ts";
import { IdempotencyKey } from "./idempotency.ts";

const JSON_TYPE = "application/json";

export const linkCalls: readonly Call[] = [
  {
    method: "get",
    path: "/api/documents/{id}/links",
    summary: "List the links of a document",
    description: "Neither the owner's own nor revoked ones; and none of their tokens.",
    needs: "owner",
    answers: {
      200: { description: "All its links", content: { [JSON_TYPE]: z.array(Link) } },
    },
  },
  {
    method: "post",
    path: "/api/documents/{id}/links",
    summary: "Make a link",
    description:
      "With a `password` or `maxUses` it opens nothing by itself: whoever gets it claims a token of their own.",
    needs: "owner",
    body: { [JSON_TYPE]: NewLink },
    answers: {
      201: {
        description: "The link, with the token that is shown this once",
        content: { [JSON_TYPE]: LinkWithToken },
        headers: { Location: "Where it is changed and revoked" },
      },
    },
    problems: ["conflict"],
  },
  {
    method: "patch",
    path: "/api/documents/{id}/links/{linkId}",
    summary: "Change a link",
    description: "Everybody who is connected by it follows within a second.",
    needs: "owner",
    body: { [JSON_TYPE]: LinkChanges },
    answers: { 200: { description: "The link as it is now", content: { [JSON_TYPE]: Link } } },
  },
  {
    method: "delete",
    path: "/api/documents/{id}/links/{linkId}",
    summary: "Revoke a link",
    description: "Everybody who is connected by it is sent away within a second.",
    needs: "owner",
    answers: { 204: { description: "It opens nothing any more" } },
  },
  {
    method: "post",
    path: "/api/documents/{id}/claim",
    summary: "Claim a link",
    description:
      "Exchanges a link with a password or a number of uses for a token of one's own, which ends with the link.",
    needs: "link",
    requestHeaders: IdempotencyKey,
    body: { [JSON_TYPE]: Claim },
    answers: {
      201: { description: "A token of one's own", content: { [JSON_TYPE]: ClaimedLink } },
    },
    problems: ["password", "wrong", "used", "conflict", "rate"],
  },
];
