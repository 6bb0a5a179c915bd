import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { addressOf, start, startMain } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

test("[M1] it prints one line with its address once it serves, and nothing else", async (t) => {
  const program = startMain(t, await temporaryFolder(t));
  const { url } = await addressOf(program);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.equal(program.stdout(), `Quire is listening on ${url}\n`);
});

test("[M2] wrong settings end the start with code 2 and a line for each", async (t) => {
  const program = startMain(t, await temporaryFolder(t), { PORT: "x", MAX_DOC_BYTES: "much" });
  assert.equal(await program.exited(), 2);
  assert.deepEqual(
    program
      .stderr()
      .match(/^\w+: got .*, expected .*$/gm)
      ?.map((line) => line.split(":")[0]),
    ["PORT", "MAX_DOC_BYTES"],
  );
  assert.equal(program.stdout(), "");
});

test("[M3] a second process on one data folder is refused with a clear sentence", async (t) => {
  const dataDir = await temporaryFolder(t);
  await addressOf(startMain(t, dataDir));
  const second = startMain(t, dataDir);
  assert.equal(await second.exited(), 1);
  assert.match(second.stderr(), /another process is using .*DATA_DIR/s);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`[M4] after ${signal} everything is acknowledged and on disk, sockets end with 1012, and it exits 0`, async (t) => {
    const dataDir = await temporaryFolder(t);
    const first = startMain(t, dataDir);
    const server = await addressOf(first);
    const document = await createDocument(server);
    const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
    const updates = typing("typed just before the end");
    for (const update of updates) client.send({ type: "update", update });
    await client.next("acknowledgement");
    first.child.kill(signal);
    first.child.kill(signal);
    assert.deepEqual(await client.ended(), { code: 1012, reason: "restart" });
    assert.equal(await first.exited(), 0);
    const again = await addressOf(startMain(t, dataDir));
    assert.equal(await exportText(again, document), "typed just before the end");
  });
}

test("[M5] a start after kill -9 serves what was acknowledged", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = startMain(t, dataDir);
  const server = await addressOf(first);
  const document = await createDocument(server);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  const updates = typing("acknowledged means on disk");
  for (const update of updates) client.send({ type: "update", update });
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
  first.child.kill("SIGKILL");
  const again = await addressOf(startMain(t, dataDir));
  assert.equal(await exportText(again, document), "acknowledged means on disk");
});

test("[M6] a signal to npm start reaches the server, and no process is left behind", async (t) => {
  const settings = { PORT: "0", HOST: "127.0.0.1", DATA_DIR: await temporaryFolder(t) };
  const program = start(t, ["npm", "start", "--silent"], settings);
  const { url } = await addressOf(program);
  program.child.kill("SIGTERM");
  await program.exited();
  await assert.rejects(fetch(`${url}/healthz`));
  assert.deepEqual(processesOfGroup(program.child.pid ?? 0), []);
});

test("[M7] two npm start at the same moment both serve the page", async (t) => {
  const folders = [await temporaryFolder(t), await temporaryFolder(t)];
  const programs = folders.map((dataDir) =>
    start(t, ["npm", "start", "--silent"], { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir }),
  );
  for (const program of programs) {
    const { url } = await addressOf(program);
    assert.match(await (await fetch(`${url}/d/x`)).text(), /<title>Quire<\/title>/);
  }
});

test("[M8] no token reaches the log, not even when everything is logged", async (t) => {
  const program = startMain(t, await temporaryFolder(t), { LOG_LEVEL: "trace" });
  const server = await addressOf(program);
  const document = await createDocument(server);
  await exportText(server, document);
  await fetch(`${server.url}/api/documents/${document.id}?token=${document.editToken}`);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}`);
  client.socket.send(new Uint8Array([99]));
  await client.ended();
  program.child.kill("SIGTERM");
  await program.exited();
  for (const token of [document.ownerToken, document.editToken]) {
    assert.ok(!(program.stdout() + program.stderr()).includes(token));
  }
});

/** Linux: who is still there of a process group, by /proc; elsewhere the reachable port is what shows it. */
function processesOfGroup(group: number): number[] {
  const ids = process.platform === "linux" ? readdirSync("/proc").map(Number).filter(Boolean) : [];
  return ids.filter((id) => {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return Number(fields[2]) === group && fields[0] !== "Z";
    } catch {
      return false;
    }
  });
}
