/** The other files of `deploy/`, as far as a machine without containers and without systemd can try them. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "@redis/client";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { readConfig, settingNames } from "../../server/config.ts";
import { Daemon } from "../helpers/daemon.ts";
import { freePort } from "../helpers/free-port.ts";
import { ROOT } from "../helpers/program.ts";
import { startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { composeFile, deployFile, nodesOf } from "./compose-file.ts";

/** Opinions about the order of things, and what it misreads in a port that is a variable. */
const UNWANTED = [
  "no-unbound-port-interfaces",
  "require-project-name-field",
  "require-quotes-in-ports",
  "service-keys-order",
  "services-alphabetical-order",
  "top-level-properties-order",
];

test("[J9] the container file is without fault, takes only what is sent along, and ends without rights", () => {
  const text = deployFile("Dockerfile");
  assert.deepEqual(validate(text), []);
  const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8");
  const sent = new Set([...ignored.matchAll(/^!(.+)$/gm)].map(([, name]) => name));
  const copied = [...text.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  assert.ok(copied.length > 5);
  for (const name of copied) assert.ok(name === "." || sent.has(name), `${name} stays outside`);
  const last = text.slice(text.lastIndexOf("\nFROM "));
  assert.match(last, /^USER node$/m);
  assert.doesNotMatch(last, /npm/);
});

test("[J10] all start the server by the same command", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  const command = scripts.start.replace("exec ", "");
  assert.equal(commandAfter("CMD").join(" "), command);
  assert.ok(deployFile("quire.service").includes(`\nExecStart=/usr/bin/${command}\n`));
});

test("[J11] the health check of the container tells a server that is ready from one that is not", async (t) => {
  const server = await startServer(t);
  const [, ...args] = commandAfter("HEALTHCHECK .*\\\\\n  CMD");
  const env = { PATH: process.env.PATH, PORT: new URL(server.url).port };
  const check = () => once(spawn(process.execPath, args, { env }), "close");
  assert.deepEqual(await check(), [0, null]);
  await server.close();
  assert.deepEqual(await check(), [1, null]);
});

test("[J12] every setting in the compose file and in the units is one of Quire's, and is accepted", () => {
  const unit = deployFile("quire.service") + deployFile("quire@.service.d/node.conf");
  const inUnits = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(
    ([, name = "", value = ""]) => [name, value.replaceAll(/%\w/g, "1")],
  );
  const nodes = nodesOf(composeFile()).map(([, { environment }]) => environment);
  for (const settings of [...nodes, Object.fromEntries(inUnits) as Record<string, string>]) {
    const unknown = Object.keys(settings).filter(
      (name) => !(settingNames() as string[]).includes(name),
    );
    assert.deepEqual(unknown, []);
    assert.doesNotThrow(() => readConfig(settings));
  }
});

test("[J13] the compose file is one, its nodes differ by name and address alone, and nginx knows them all", () => {
  const rules = Object.fromEntries(UNWANTED.map((name) => [name, 0 as const]));
  const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
  const files = ["compose.yaml", "compose.pdf.yaml"].map((name) => join(ROOT, "deploy", name));
  const found = linter.lintFiles(files, false) as readonly { readonly messages: unknown[] }[];
  assert.deepEqual(
    found.flatMap(({ messages }) => messages),
    [],
  );
  const compose = composeFile();
  const nodes = nodesOf(compose);
  const addresses = Object.fromEntries(
    nodes.map(([name, { networks }]) => [name, networks.front?.ipv4_address]),
  );
  assert.deepEqual(compose.services.nginx?.extra_hosts, addresses);
  assert.equal(new Set(Object.values(addresses)).size, nodes.length);
  const behind = [...deployFile("nginx.conf").matchAll(/^ +server ([\w.]+):3000 /gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(behind, Object.keys(addresses));
  const common = nodes.map(([name, { environment }]) => {
    const { NODE_ID, ...others } = environment;
    assert.equal(NODE_ID, name);
    return others;
  });
  for (const each of common) assert.deepEqual(each, common[0]);
});

test("[J14] Redis takes the command that the compose file gives it, and asks for the password", async (t) => {
  const { command = [], environment } = composeFile().services.redis ?? {};
  const port = await freePort();
  const url = `redis://:${environment?.REDISCLI_AUTH}@127.0.0.1:${port}`;
  const [program = "", ...settings] = command;
  const daemon = new Daemon(t, {
    command: [program, ...settings, "--port", `${port}`],
    isReady: async () => (await askRedis(url, "PING")) === "PONG",
  });
  await daemon.start();
  const limits = await askRedis(url, "CONFIG", "GET", "client-output-buffer-limit");
  assert.match(JSON.stringify(limits), /pubsub 67108864 16777216 30/);
  await assert.rejects(askRedis(`redis://127.0.0.1:${port}`, "PING"), /NOAUTH/);
});

test("[J15] systemd finds no fault with the units, and calls them well confined", async (t) => {
  if (spawnSync("systemd-analyze", ["--version"]).error)
    return t.skip("there is no systemd-analyze");
  const folder = await temporaryFolder(t);
  const node = "quire@.service.d";
  const unit = deployFile("quire.service").replace("/usr/bin/node", process.execPath);
  for (const name of ["quire.service", "quire@.service"]) writeFileSync(join(folder, name), unit);
  mkdirSync(join(folder, node));
  cpSync(join(ROOT, "deploy", node), join(folder, node), { recursive: true });
  const units = ["quire.service", "quire@1.service"].map((name) => join(folder, name));
  const verified = spawnSync("systemd-analyze", ["verify", "--man=no", ...units], {
    encoding: "utf8",
  });
  assert.deepEqual([verified.stderr, verified.status], ["", 0]);
  const confined = ["security", "--offline=true", "--threshold=25", ...units];
  const { status, stdout } = spawnSync("systemd-analyze", confined, { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

/** The words of an instruction of the container file in its JSON form. */
function commandAfter(instruction: string): string[] {
  const [, words = "[]"] =
    new RegExp(`^${instruction} (\\[.*\\])$`, "m").exec(deployFile("Dockerfile")) ?? [];
  return JSON.parse(words) as string[];
}

/** By a connection of its own. */
async function askRedis(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false } });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
