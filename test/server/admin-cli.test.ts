/** `npm run admin`, as it is run from a shell, against a real server. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { AdminDocument, Usage } from "#protocol/rest-admin.ts";
import { ADMIN_TOKEN, adminServer } from "../helpers/admin.ts";
import { ROOT, start } from "../helpers/program.ts";
import { createDocument, startServer, type TestServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { unzipped } from "../helpers/zip.ts";
import { type Outcome, outcomeOf } from "../persistence/command.ts";

/** Runs a command to its end. */
function admin(
  t: TestContext,
  { url }: Pick<TestServer, "url">,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const command = [process.execPath, "server/admin/cli.ts", ...args] as const;
  const { port } = new URL(url);
  return outcomeOf(start(t, command, { ADMIN_TOKEN, PORT: port, ...env }));
}

function idsOf(documents: readonly AdminDocument[]): string[] {
  return documents.map(({ id }) => id);
}

test("[O30] the shell lists, searches, counts, deletes and exports, for people and for programs", async (t) => {
  const server = await adminServer(t);
  const first = await createDocument(server, { title: "Shopping", content: "apples and pears" });
  const second = await createDocument(server, { title: "Notes", content: "pears alone" });
  const json = async <T>(...args: string[]) => {
    const { code, stdout, stderr } = await admin(t, server, [...args, "--json"]);
    assert.deepEqual([code, stderr], [0, ""]);
    return JSON.parse(stdout) as T;
  };
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await admin(t, server, args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.deepEqual(idsOf(await json("list")), [second.id, first.id]);
  assert.deepEqual(idsOf(await json("list", "--query", "APPLES")), [first.id]);
  const listed = await said("list", "--query", "apples");
  assert.match(
    listed,
    new RegExp(`^${first.id} .* 16 bytes +0 open +Shopping\n +apples and pears$`),
  );
  assert.equal((await json<Usage>("usage")).documents, 2);
  assert.match(await said("usage"), /^documents +2, and 0 in the trash$/m);

  const folder = await temporaryFolder(t);
  const file = join(folder, "all.zip");
  assert.match(await said("export", file), /^Exported 2 documents to .*all\.zip: \d+ bytes\.$/);
  assert.equal(unzipped(readFileSync(file)).size, 5);

  assert.equal(await said("delete", first.id), `Put ${first.id} into the trash.`);
  assert.match(await said("list"), /Shopping +\(in the trash since/);
  const other = join(folder, "other.zip");
  assert.equal((await json<{ documents: number }>("export", other)).documents, 1);
  assert.deepEqual(await json("delete", second.id, "--purge"), { id: second.id, purged: true });
  assert.deepEqual(idsOf(await json("list")), [first.id]);
});

test("[O31] what goes wrong is one sentence that says what to do, and an exit code", async (t) => {
  const server = await adminServer(t);
  const bare = await startServer(t);
  const stranger = createServer((_request, response) => response.writeHead(502).end("no"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  t.after(() => stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const strange = `http://127.0.0.1:${port}`;
  const file = join(await temporaryFolder(t), "all.zip");
  const failures: [code: number, says: RegExp, args: string[], env?: Record<string, string>][] = [
    [
      1,
      /^Nothing answers at http:\/\/127\.0\.0\.1:1\. Start the server, .*--url/,
      ["usage", "--url", "http://127.0.0.1:1"],
    ],
    [1, /^The token is wrong\. Set ADMIN_TOKEN/, ["list"], { ADMIN_TOKEN: "another" }],
    [1, /has no admin calls\. Start it with ADMIN_TOKEN/, ["export", file, "--url", bare.url]],
    [1, /is not Quire.* 502\.$/, ["list", "--url", strange]],
    [1, /^There is no such document\.$/, ["delete", "none"]],
    [2, /^Set ADMIN_TOKEN/, ["list"], { ADMIN_TOKEN: "" }],
    [2, /is no address such as/, ["list", "--url", "localhost"]],
  ];
  for (const [code, says, args, env] of failures) {
    const outcome = await admin(t, server, args, env);
    assert.deepEqual([outcome.code, outcome.stdout], [code, ""], args.join(" "));
    assert.match(outcome.stderr, says);
    assert.ok(!outcome.stderr.includes("\n") && !outcome.stderr.includes(ADMIN_TOKEN));
  }
  for (const misuse of [["prune"], ["delete"], ["list", "--quickly"], ["export"]]) {
    const outcome = await admin(t, server, misuse);
    assert.deepEqual([outcome.code, outcome.stdout], [2, ""], misuse.join(" "));
  }
  assert.ok(!existsSync(file));
});

test("[O32] an export has its name once it is whole, and replaces no file", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "all.zip");
  const server = await adminServer(t);
  writeFileSync(file, "mine");
  const refusal = await admin(t, server, ["export", file]);
  assert.equal(refusal.code, 1);
  assert.match(refusal.stderr, /all\.zip is there already\.$/);
  assert.equal(readFileSync(file, "utf8"), "mine");
  // A server that breaks off in the middle.
  const broken = createServer((request, response) => {
    if (request.url?.includes("usage")) {
      response.end('{"documents": 5, "inTrash": 0}');
    } else {
      response.write("PK\u0003\u0004");
      response.write("x".repeat(100_000), () => response.destroy());
    }
  });
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  t.after(() => broken.close());
  const { port } = broken.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const outcome = await admin(t, { url }, ["export", join(folder, "broken.zip")]);
  assert.equal(outcome.code, 1);
  assert.match(outcome.stderr, /The export broke off and nothing was kept of it/);
  assert.deepEqual(readdirSync(folder), ["all.zip"]);
});

test("[O33] whatever a title holds, it moves no cursor of the terminal that shows it", async (t) => {
  const server = await adminServer(t);
  await createDocument(server, {
    title: "\u001B[2Jgone\u202E\u0007 \u009Bx",
    content: "\u001B]0;t\u0007 y",
  });
  const { stdout } = await admin(t, server, ["list", "--query", "y"]);
  assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  assert.match(stdout, /gone/);
});

test("[O34] npm runs it, and takes a file from where it is called", async (t) => {
  const server = await adminServer(t);
  const folder = await temporaryFolder(t);
  const { port } = new URL(server.url);
  const env = { HERE: folder, PROJECT: ROOT, ADMIN_TOKEN, PORT: port };
  const line = `cd "$HERE" && npm --prefix "$PROJECT" run -s admin -- export here.zip`;
  const { code, stderr } = await outcomeOf(start(t, ["sh", "-c", line], env));
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(folder), ["here.zip"]);
});
