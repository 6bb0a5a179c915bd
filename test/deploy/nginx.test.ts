/** The balancer of `deploy/` in front of several nodes, with the real nginx. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { startCluster } from "../helpers/cluster.ts";
import { eventReader } from "../helpers/event-reader.ts";
import { CONFIGURATION, startNginx } from "../helpers/nginx.ts";
import { call, refused } from "../helpers/rest.ts";
import { programScope, type Scope } from "../helpers/scope.ts";
import { createDocument, startServer, type TestDocument } from "../helpers/server.ts";
import { syncedClient } from "../helpers/stock-client.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const scope = programScope();
after(() => scope.end());

/** For all tests: each leaves the nodes as it finds them. */
const shared = scene(scope);

async function scene(t: Scope) {
  const env = { TRUST_PROXY: "1", MAX_CREATES_PER_MINUTE: "5" };
  const { nodes } = await startCluster(t, { nodes: 3, env });
  const nginx = await startNginx(t, nodes);
  const document = await createDocument(nginx, { content: "one" });
  const { id, editToken: token } = document;
  /** The one that the document is asked of. */
  const mine = async () => {
    await (await call(nginx, `/${id}`, { token })).text();
    const host = (await nginx.askedOf(`/api/documents/${id}`)).at(-1);
    const node = nodes.find(({ url }) => url.endsWith(`//${host}`));
    assert.ok(node, `no node ${host}`);
    return node;
  };
  return { nodes, nginx, document, token, mine };
}

test("[J1] whatever is asked of a document is asked of the same node, and documents are spread over all", async () => {
  const { nginx, nodes } = await shared;
  const ids = Array.from({ length: 40 }, () => randomBytes(18).toString("base64url"));
  const askedOf = async (id: string) => {
    const paths = [`/d/${id}`, `/api/documents/${id}/export`, `/ws/doc/${id}`];
    for (const path of paths) await (await fetch(`${nginx.url}${path}?token=x`)).text();
    return new Set((await Promise.all(paths.map((path) => nginx.askedOf(path)))).flat());
  };
  const used = await Promise.all(ids.map(askedOf));
  for (const asked of used) assert.equal(asked.size, 1);
  assert.equal(new Set(used.map((asked) => [...asked].join())).size, nodes.length);
});

test("[J2] when a node is gone another one takes over, and people who write there notice nothing", async (t) => {
  const { nginx, document, token, mine } = await shared;
  const writer = await syncedClient(t, nginx, document);
  const node = await mine();
  await node.kill();
  writer.text.insert(0, "zero ");
  const answer = await call(nginx, `/${document.id}`, { token });
  assert.equal(answer.status, 200);
  const reader = await syncedClient(t, nginx, document);
  await until(() => reader.text.toString() === "zero one", { what: "the reader has the edit" });
  reader.text.insert(0, "and ");
  await until(() => writer.text.toString() === "and zero one", { what: "the writer is back" });
  await node.restart();
  await until(async () => (await mine()) === node, { what: "the node is asked again" });
});

test("[J3] an event is passed on when it happens, and the stream goes on", async (t) => {
  const { nginx, document, token } = await shared;
  const reader = await eventReader(t, nginx, document.id, { token });
  await reader.next("content");
  for (const length of [4, 5]) {
    await replaceText(nginx, document, "x".repeat(length));
    assert.equal((await reader.next("content")).data.length, length);
  }
  assert.equal(reader.hasEnded, false);
});

test("[J4] an answer that waits is passed on when it comes, and has the longest time that Quire gives it", async () => {
  const { nginx, document, token } = await shared;
  const path = `/${document.id}/export?format=md`;
  const tag = (await call(nginx, path, { token })).headers.get("etag") ?? "";
  const held = { token, headers: { "If-None-Match": tag } };
  const answer = call(nginx, `${path}&wait=300`, held);
  await replaceText(nginx, document, "two");
  assert.equal(await (await answer).text(), "two");
  const [, seconds] =
    /\n {4}proxy_read_timeout (\d+)s;/.exec(readFileSync(CONFIGURATION, "utf8")) ?? [];
  assert.ok(Number(seconds) > 300);
});

test("[J5] what is as large as Quire takes passes, and what is larger is refused by Quire itself", async () => {
  const { nginx } = await shared;
  const create = (bytes: number) =>
    fetch(`${nginx.url}/api/documents`, {
      method: "POST",
      headers: { "Content-Type": "text/plain" },
      body: "x".repeat(bytes),
    });
  assert.equal((await create(MAX_MESSAGE_BYTES)).status, 201);
  await refused(create(MAX_MESSAGE_BYTES + 1), 413, "large");
});

test("[J6] limits count the address that a request comes from, whatever it says of itself", async () => {
  const { nginx } = await shared;
  const statuses: unknown[] = [];
  for (let n = 0; n < 6; n++) statuses.push(await createFrom(nginx.url, "127.0.0.2"));
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 429]);
  assert.equal(await createFrom(nginx.url, "127.0.0.3"), 201);
});

test("[J7] no token reaches the log, not even when no node can be had", async () => {
  const { nginx, nodes, document, token } = await shared;
  const addresses = [
    `/api/documents/${document.id}?token=${token}`,
    `/ws/doc/${document.id}?token=${token}`,
  ];
  const ask = () =>
    Promise.all(addresses.map(async (path) => (await fetch(`${nginx.url}${path}`)).text()));
  await ask();
  await Promise.all(nodes.map((node) => node.kill()));
  await ask();
  await Promise.all(nodes.map((node) => node.restart()));
  const logged = await nginx.logged();
  assert.match(logged, / 502 /);
  assert.ok(!logged.includes(token));
});

test("[J8] a part of the page that some nodes do not have any more comes from one that has", async (t) => {
  const builds = [["old.js"], ["new.js"], ["new.js"]];
  const nodes = await Promise.all(
    builds.map(async (parts) => startServer(t, { pageDir: await pageWith(t, parts) })),
  );
  const nginx = await startNginx(t, nodes);
  const get = async (name: string) => (await fetch(`${nginx.url}/assets/${name}`)).status;
  assert.deepEqual(
    [await get("old.js"), await get("new.js"), await get("none.js")],
    [200, 200, 404],
  );
});

async function replaceText(
  { url }: { readonly url: string },
  document: TestDocument,
  body: string,
): Promise<void> {
  const headers = { Authorization: `Bearer ${document.editToken}`, "Content-Type": "text/plain" };
  const address = `${url}/api/documents/${document.id}/content`;
  const { status } = await fetch(address, { method: "PUT", headers, body });
  assert.equal(status, 200);
}

/** The status. With a header that claims another address each time. */
async function createFrom(url: string, localAddress: string): Promise<number | undefined> {
  const headers = { "X-Forwarded-For": `203.0.113.${claimed++}`, "Content-Type": "text/plain" };
  const asking = request(`${url}/api/documents`, { method: "POST", localAddress, headers });
  asking.end("text");
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

let claimed = 1;

/** A build of the page with these parts. */
async function pageWith(t: Scope, parts: readonly string[]): Promise<string> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  for (const part of parts) await writeFile(join(folder, "assets", part), "0");
  return folder;
}
