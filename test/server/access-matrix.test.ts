/** Every role against every action by every way in, with real requests; generated from the server's own table. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as encoding from "lib0/encoding";
import type { CreatedLink } from "#protocol/rest.ts";
import { ROLES, type Role } from "#protocol/roles.ts";
import { type Action, can, NEEDS } from "../../server/access/access.ts";
import { eventReader } from "../helpers/event-reader.ts";
import { png, upload } from "../helpers/images.ts";
import { ROOT } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const TRANSPORTS = ["rest", "socket", "events"] as const;

type Transport = (typeof TRANSPORTS)[number];

interface Attempt {
  readonly t: TestContext;
  readonly server: TestServer;
  readonly id: string;
  readonly token: string;
  readonly ownerToken: string;
}

/** Does it, and answers whether it was let. */
type Probe = (attempt: Attempt) => Promise<boolean>;

const ONE_WAY = "a stream of events goes one way";

/** A sentence stands where there is no such way. Without a row for each action this does not compile. */
const PROBES: Record<Action, Record<Transport, Probe | string>> = {
  read: { rest: byCall("GET", ""), socket: getsTheText, events: isTold },
  present: { rest: "nobody is present over REST", socket: isSeen, events: ONE_WAY },
  edit: { rest: byEveryEdit, socket: getsAnEditIn, events: ONE_WAY },
  attach: { rest: putsAnImageIn, socket: "images are put in over REST alone", events: ONE_WAY },
  share: {
    rest: byCall("GET", "/links"),
    socket: "links are managed over REST alone",
    events: ONE_WAY,
  },
  notify: {
    rest: byCall("GET", "/webhooks"),
    socket: "webhooks are managed over REST alone",
    events: ONE_WAY,
  },
  delete: {
    rest: byCall("DELETE", ""),
    socket: "documents are deleted over REST alone",
    events: ONE_WAY,
  },
  acceptLoss: {
    rest: byCall("POST", "/accept-loss"),
    socket: "a damaged document is let go on over REST alone",
    events: ONE_WAY,
  },
};

test("[L11] each role may do what the table says, by each way in, and nothing else", async (t) => {
  const server = await startServer(t);
  assert.deepEqual(Object.keys(PROBES), Object.keys(NEEDS));
  let attempts = 0;
  for (const role of ROLES) {
    for (const [action, probes] of Object.entries(PROBES)) {
      for (const transport of TRANSPORTS) {
        const probe = probes[transport];
        if (typeof probe === "string") continue;
        attempts += 1;
        const allowed = await probe({ t, server, ...(await documentFor(server, role)) });
        const expected = can(role, action as Action);
        assert.equal(allowed, expected, `${role} may ${action} over ${transport}`);
      }
    }
  }
  t.diagnostic(`${attempts} cells`);
});

test("[L12] the table of roles in the docs is the one that is asked", () => {
  const table = readFileSync(join(ROOT, "docs/ROLES.md"), "utf8");
  const rows = [...table.matchAll(/^\| `(\w+)` .*$/gm)];
  const told = rows.map(([row, action]) => {
    const cells = row.split("|").slice(3, 7);
    return `${action}: ${cells.map((cell) => cell.trim()).join(" ")}`;
  });
  const real = Object.keys(NEEDS).map((action) => {
    const cells = ROLES.map((role) => (can(role, action as Action) ? "yes" : "–"));
    return `${action}: ${cells.join(" ")}`;
  });
  assert.deepEqual(told, real);
});

/** Whether the events tell of the text. */
async function isTold({ t, server, id, token }: Attempt): Promise<boolean> {
  const reader = await eventReader(t, server, id, { token });
  return (await reader.next("content")).data.length === "secret".length;
}

/** A document of its own for each attempt, so that none shows the traces of another. */
async function documentFor(server: TestServer, role: Role) {
  const { id, ownerToken } = await createDocument(server, { content: "secret" });
  if (role === "owner") return { id, ownerToken, token: ownerToken };
  const link = { method: "POST", token: ownerToken, body: { role } };
  const { token } = await answered<CreatedLink>(call(server, `/${id}/links`, link), 201);
  return { id, ownerToken, token };
}

/** By all calls that edit, which must agree. */
async function byEveryEdit(attempt: Attempt): Promise<boolean> {
  const edits = [{ from: 0, to: 0, insert: "x" }];
  const lets = [
    await byCall("PATCH", "", { title: "x" })(attempt),
    await byCall("PATCH", "/content", { edits })(attempt),
    await putsText(attempt),
  ];
  assert.equal(new Set(lets).size, 1);
  return lets.every(Boolean);
}

async function putsText({ server, id, token }: Attempt): Promise<boolean> {
  const { status } = await fetch(`${server.url}/api/documents/${id}/content`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/plain" },
    body: "text",
  });
  return status === 200;
}

function byCall(method: string, path: string, body?: unknown): Probe {
  return async ({ server, id, token }) => {
    const { status } = await call(server, `/${id}${path}`, { method, token, body });
    assert.ok([200, 204, 403].includes(status), `answered ${status}`);
    return status !== 403;
  };
}

async function putsAnImageIn({ server, id, token }: Attempt): Promise<boolean> {
  const { status } = await upload(server, id, token, png());
  assert.ok(status === 201 || status === 403, `answered ${status}`);
  return status === 201;
}

async function getsTheText({ t, server, id, token }: Attempt): Promise<boolean> {
  const client = await rawClient(t, server, id, `token=${token}`);
  client.send({ type: "step1", stateVector: Uint8Array.of(0) });
  const { update } = await client.next("step2");
  return Buffer.from(update).includes("secret");
}

async function isSeen({ t, server, id, token, ownerToken }: Attempt): Promise<boolean> {
  const watcher = await rawClient(t, server, id, `token=${ownerToken}`);
  const client = await rawClient(t, server, id, `token=${token}`);
  const update = encoding.encode((encoder) => {
    for (const number of [1, 7, 1]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, '{"name":"somebody"}');
  });
  client.send({ type: "awareness", update });
  return until(() =>
    watcher.frames.some(
      (frame) => frame.type === "awareness" && Buffer.from(frame.update).includes("somebody"),
    ),
  );
}

async function getsAnEditIn({ t, server, id, token }: Attempt): Promise<boolean> {
  const client = await rawClient(t, server, id, `token=${token}&ack=1`);
  for (const update of typing("x")) client.send({ type: "update", update });
  await until(() => client.closed ?? client.frames.some(({ type }) => type === "acknowledgement"));
  if (client.closed) assert.deepEqual(client.closed, { code: 4403, reason: "role" });
  const { length } = await answered<{ length: number }>(call(server, `/${id}`, { token }));
  assert.equal(length, client.closed ? 6 : 7);
  return !client.closed;
}
