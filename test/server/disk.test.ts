import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { newToken } from "../../server/access/token.ts";
import { addressOf, start, startMain } from "../helpers/program.ts";
import { seeded } from "../helpers/random.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { fill, free, smallDisk } from "../helpers/small-disk.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

test("[K2] on a full disk nothing is acknowledged and readyz says so; when there is room all is saved without a restart", async (t) => {
  const dataDir = await smallDisk(t);
  if (!dataDir) return;
  // The log is on the same disk, as it often is.
  const command = ["sh", "-c", 'exec "$0" server/main.ts 2>>"$DATA_DIR/quire.log"'] as const;
  const env = { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir };
  const program = start(t, [...command, process.execPath], env);
  const server = await addressOf(program);
  const document = await createDocument(server);
  const client = await rawClient(t, server, document.id, `token=${document.editToken}&ack=1`);
  await client.next("step1");
  await fill(dataDir);
  const updates = typing("x".repeat(400));
  for (const update of updates) client.send({ type: "update", update });
  await until(() => client.frames.some((f) => f.type === "storeState" && f.state === "full"));
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
  const before = client.frames.filter(({ type }) => type === "acknowledgement").length;
  assert.ok(before === 0 || (await client.next("acknowledgement")).count < updates.length);
  await free(dataDir);
  await until(async () => (await client.next("acknowledgement")).count === updates.length);
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
  program.child.kill("SIGKILL");
  await program.exited();
  const again = await addressOf(startMain(t, dataDir));
  assert.equal(await exportText(again, document), "x".repeat(400));
});

test("[K3] wherever the write-ahead log breaks off after what was acknowledged, that opens whole", async (t) => {
  const random = seeded(t);
  const dataDir = await temporaryFolder(t);
  const store = await openSqliteStore({ dataDir });
  t.after(() => store.close());
  const id = newToken();
  await store.create({ id, createdAt: 0, links: [] });
  const entries = typing("acknowledged, and then not").map((update, index) => ({
    documentId: id,
    seq: index + 1,
    author: "a",
    at: index,
    update,
  }));
  for (const entry of entries.slice(0, 12)) await store.append([entry]);
  const log = join(dataDir, "quire.sqlite-wal");
  const { size: acknowledged } = await stat(log);
  for (const entry of entries.slice(12)) await store.append([entry]);
  const whole = await readFile(log);
  for (let n = 0; n < 20; n++) {
    const folder = join(dataDir, `cut-${n}`);
    await mkdir(folder);
    await copyFile(join(dataDir, "quire.sqlite"), join(folder, "quire.sqlite"));
    const cut = acknowledged + random.int(whole.length - acknowledged + 1);
    const torn = random.bytes(random.int(2) * random.int(5000));
    await writeFile(
      join(folder, "quire.sqlite-wal"),
      Buffer.concat([whole.subarray(0, cut), torn]),
    );
    const opened = await openSqliteStore({ dataDir: folder });
    const stored = await opened.load(id);
    await opened.close();
    assert.ok((stored?.seq ?? 0) >= 12, `cut at ${cut} of ${whole.length}`);
    assert.deepEqual(
      stored?.tail.map((update) => Array.from(update)),
      entries.slice(0, stored?.seq).map(({ update }) => Array.from(update)),
    );
  }
});
