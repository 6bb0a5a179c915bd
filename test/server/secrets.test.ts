/** Where tokens and passwords must not be found, after all was done with them that can be done. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ClaimedLink, CreatedLink, Link } from "#protocol/rest.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { rawClient, typing } from "../helpers/raw-client.ts";
import { answered, call } from "../helpers/rest.ts";
import { createDocument } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

test("[L16] no token and no password stands in the log, the metrics, an answer's error or the data folder", async (t) => {
  const dataDir = await temporaryFolder(t);
  const admin = "the-admin-token-of-this-test";
  const program = startMain(t, dataDir, { LOG_LEVEL: "trace", ADMIN_TOKEN: admin });
  const server = await addressOf(program);
  const { id, ownerToken: token, editToken } = await createDocument(server, { content: "text" });
  const password = "a password that nobody guesses";
  const make = (body: object) =>
    answered<CreatedLink & Link>(
      call(server, `/${id}/links`, { method: "POST", token, body }),
      201,
    );
  const [plain, locked] = [await make({ role: "edit" }), await make({ role: "view", password })];
  const claim = (guess: string) =>
    call(server, `/${id}/claim`, {
      method: "POST",
      token: locked.token,
      body: { password: guess },
    });
  const own = await answered<ClaimedLink>(claim(password), 201);
  const wrong = "a wrong password, but somebody's other one";
  const errors = [await (await claim(wrong)).text()];
  for (const each of [plain.token, locked.token, own.token, `${plain.token}x`]) {
    errors.push(await (await call(server, `/${id}?token=${each}`)).text());
    const client = await rawClient(t, server, id, `token=${each}&ack=1`);
    for (const update of typing("x")) client.send({ type: "update", update });
    client.socket.send(new Uint8Array([99]));
    errors.push((await client.ended()).reason);
  }
  await call(server, `/${id}/links/${plain.id}`, { method: "DELETE", token });
  errors.push(await (await call(server, `/${id}`, { token: plain.token })).text());
  errors.push(await (await fetch(`${server.url}/d/${id}?token=${plain.token}`)).text());
  const metrics = await fetch(`${server.url}/metrics`, {
    headers: { Authorization: `Bearer ${admin}` },
  });
  const scraped = await metrics.text();
  assert.match(scraped, /quire_/);
  program.child.kill("SIGTERM");
  await program.exited();
  const files = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), "latin1"));
  const places = {
    log: program.stdout() + program.stderr(),
    scraped,
    errors: errors.join("\n"),
    files: files.join("\n"),
  };
  const secrets = [token, editToken, plain.token, locked.token, own.token, password, wrong, admin];
  for (const [place, text] of Object.entries(places)) {
    for (const secret of secrets)
      assert.ok(!text.includes(secret), `${secret} stands in the ${place}`);
  }
});
