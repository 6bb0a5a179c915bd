/**
 * The real nginx with the configuration of `deploy/`, as it stands but for addresses and folders,
 * in front of the nodes of a test.
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Daemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { ROOT } from "./program.ts";
import type { Scope } from "./scope.ts";
import { temporaryFolder } from "./temporary.ts";
import { until } from "./until.ts";

export interface TestNginx {
  /** `http://127.0.0.1:<port>`; it listens at every address of this machine. */
  readonly url: string;
  readonly wsUrl: string;
  /** All that it has logged, of either kind. */
  logged(): Promise<string>;
  /** Which of the nodes were asked for that path, one after another, once any was: `host:port` each. */
  askedOf(path: string): Promise<string[]>;
}

export const CONFIGURATION = join(ROOT, "deploy", "nginx.conf");

/** Its folders for what is larger than its memory, which belong to the machine's own nginx. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** @param nodes As many as the configuration has. */
export async function startNginx(
  t: Scope,
  nodes: readonly { readonly url: string }[],
): Promise<TestNginx> {
  const folder = await temporaryFolder(t);
  // Its workers run as somebody else.
  await chmod(folder, 0o755);
  const logs = { access: join(folder, "access.log"), error: join(folder, "error.log") };
  const port = await freePort();
  const changed = (await readFile(CONFIGURATION, "utf8"))
    .replace("listen 80;", `listen ${port};`)
    .replace("/dev/stdout", logs.access)
    .replace("/dev/stderr", logs.error)
    .replace("http {", ["http {", ...TEMPORARY.map((name) => folderOf(name, folder))].join("\n"));
  const file = join(folder, "nginx.conf");
  await writeFile(file, withNodes(changed, nodes));
  await mkdir(join(folder, "logs"));
  const main = `daemon off; pid ${join(folder, "nginx.pid")};`;
  const daemon = new Daemon(t, {
    command: [nginxPath(), "-e", logs.error, "-p", folder, "-c", file, "-g", main],
    isReady: async () => (await fetch(`http://127.0.0.1:${port}/`)).status > 0,
    // SIGKILL would leave its workers behind.
    endSignal: "SIGTERM",
  });
  await daemon.start();
  const requests = async () => (await readFile(logs.access, "utf8")).split("\n");
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/ws/doc`,
    logged: async () =>
      (await readFile(logs.access, "utf8")) + (await readFile(logs.error, "utf8")),
    askedOf: (path) =>
      until(
        async () => {
          const asked = (await requests()).filter((line) => line.includes(` ${path}" `));
          return asked.length > 0 ? asked.flatMap(nodesIn) : undefined;
        },
        { what: `nginx logs a request of ${path}` },
      ),
  };
}

/** Where only root looks by itself. */
function nginxPath(): string {
  return existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
}

function folderOf(name: string, folder: string): string {
  return `  ${name}_temp_path ${join(folder, name)};`;
}

/** The nodes of the configuration replaced by those of the test, one by one. */
function withNodes(text: string, nodes: readonly { readonly url: string }[]): string {
  const hosts = nodes.map(({ url }) => new URL(url).host);
  let placed = 0;
  const changed = text.replaceAll(/^( +server )\S+( .*;)$/gm, (_line, before, after) => {
    return `${before}${hosts[placed++]}${after}`;
  });
  if (placed !== hosts.length) throw new Error(`the configuration has ${placed} nodes`);
  return changed;
}

/** The last word of a line: `127.0.0.1:1, 127.0.0.1:2` where the first one could not be had. */
function nodesIn(line: string): string[] {
  return line.match(/[\d.]+:\d+(?=,|$)/g) ?? [];
}
