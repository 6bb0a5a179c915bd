import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { programScope } from "./scope.ts";
import { startPostgres } from "./postgres.ts";
import { start } from "./program.ts";
import { startProxy } from "./proxy.ts";
import { startRedis } from "./redis.ts";
import { until } from "./until.ts";

/** Whether anybody accepts a connection there. */
async function isServed(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** What a program prints that starts both and then waits for ever. */
const STARTS_BOTH = `
  const { programScope } = await import("./test/helpers/scope.ts");
  const { startPostgres } = await import("./test/helpers/postgres.ts");
  const { startRedis } = await import("./test/helpers/redis.ts");
  const scope = programScope();
  const started = [await startPostgres(scope), await startRedis(scope)];
  console.log(started.map(({ url }) => url).join(" ") + ".");
  setInterval(() => undefined, 1000);
`;

test("[Z6] servers that tests start end with them, also when the tests are killed", async (t) => {
  const scope = programScope();
  t.after(() => scope.end());
  const [postgres, redis] = [await startPostgres(scope), await startRedis(scope)];
  assert.deepEqual(await Promise.all([postgres.url, redis.url].map(isServed)), [true, true]);
  postgres.pause();
  await scope.end();
  assert.deepEqual(await Promise.all([postgres.url, redis.url].map(isServed)), [false, false]);

  const program = start(t, [process.execPath, "--input-type=module", "--eval", STARTS_BOTH], {});
  const line = await until(() => /^(\S+) (\S+)\.$/m.exec(program.stdout()), { timeoutMs: 60_000 });
  const addresses = [line[1] ?? "", line[2] ?? ""];
  assert.deepEqual(await Promise.all(addresses.map(isServed)), [true, true]);
  program.child.kill("SIGKILL");
  for (const address of addresses) {
    await until(async () => !(await isServed(address)), { what: `${address} is free` });
  }
});

test("[Z7] a proxy that is cut refuses, one that is held up keeps what comes, and both go on where they were", async (t) => {
  const redis = await startRedis(t);
  const proxy = await startProxy(t, redis.url);
  const socket = connect(proxy.port, "127.0.0.1");
  let answers = "";
  socket.on("data", (data: Buffer) => (answers += data.toString()));
  socket.write("PING\r\n");
  await until(() => answers === "+PONG\r\n");
  proxy.hang();
  socket.write("ECHO held\r\n");
  const late = connect(proxy.port, "127.0.0.1");
  late.on("data", (data: Buffer) => (answers += data.toString()));
  await once(late, "connect");
  assert.equal(answers, "+PONG\r\n");
  await proxy.restore();
  await until(() => answers.endsWith("held\r\n"));
  late.write("ECHO late\r\n");
  await until(() => answers.endsWith("late\r\n"));

  const isCut = once(socket, "close");
  proxy.cut();
  await isCut;
  assert.equal(await isServed(proxy.url), false);
  await proxy.restore();
  assert.equal(await isServed(proxy.url), true);
});
