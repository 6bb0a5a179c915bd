/**
 * Runs Chromium once, on one page in a folder of its own: without rights, without a network, without
 * scripts, behind everybody's editing, and never longer than it may. One of the few that touch `process`: for ids and signals.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";

/** Who it runs as. */
export interface Person {
  readonly uid: number;
  readonly gid: number;
}

export interface ChromiumRun {
  readonly chromium: string;
  /** Its home and all that it may write to. */
  readonly folder: string;
  /** Undefined: whoever this server runs as. */
  readonly person: Person | undefined;
  readonly hasSandbox: boolean;
  /** Tells headings, lists and tables apart for who cannot see them; takes several times as long. */
  readonly isTagged: boolean;
  /** Of what it prints. */
  readonly mostBytes: number;
}

/** Of what it says, so many characters tell what went wrong. */
const LAST_WORDS = 4000;

/** Its own files are smaller than that. */
const OWN_FILE_BYTES = 128 * 1024 * 1024;

/** `ulimit -f` counts in these. */
const BLOCK_BYTES = 512;

/** In its folder: what it prints, and where to. */
export const FILES = { page: "page.html", pdf: "page.pdf" };

/** Where it keeps what it remembers, and the settings in there. */
const PROFILE = "profile";
const SETTINGS = join(PROFILE, "Default", "Preferences");

/** No page runs scripts. The switch that says so ends printing too, which is done by a page of its own. */
const WITHOUT_SCRIPTS = { profile: { default_content_setting_values: { javascript: 2 } } };

/** Every name is unknown and every address behind a proxy that is not there. */
const NO_NETWORK = [
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--proxy-server=http://127.0.0.1:1",
  "--proxy-bypass-list=<-loopback>",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-pings",
];

const QUIET = [
  "--headless",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-breakpad",
  "--no-first-run",
  "--no-default-browser-check",
  "--no-pdf-header-footer",
];

/** Nobody, where the server runs as root; otherwise undefined. */
export async function unprivileged(): Promise<Person | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const people = await readFile("/etc/passwd", "utf8");
  const [, uid = 65_534, gid = 65_534] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(people) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** Puts the page and the settings into the folder, and gives all of it to whoever Chromium runs as. */
export async function layOut(
  page: string,
  { folder, person }: Pick<ChromiumRun, "folder" | "person">,
): Promise<void> {
  const at = (path: string) => join(folder, path);
  await mkdir(dirname(at(SETTINGS)), { recursive: true });
  await writeFile(at(SETTINGS), JSON.stringify(WITHOUT_SCRIPTS));
  await writeFile(at(FILES.page), page);
  if (!person) return;
  const paths = [FILES.page, SETTINGS, dirname(SETTINGS), PROFILE, "."];
  for (const path of paths) await chown(at(path), person.uid, person.gid);
}

/** Resolves with what it said once it and all that it started have ended. Rejects with the signal's reason. */
export async function runChromium(run: ChromiumRun, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const { chromium, folder, person, mostBytes } = run;
  const blocks = Math.ceil((mostBytes + OWN_FILE_BYTES) / BLOCK_BYTES);
  const limited = ["-c", 'ulimit -f "$0"; exec nice -n 10 "$@"', String(blocks)];
  const child = spawn("/bin/sh", [...limited, chromium, ...argumentsOf(run)], {
    ...person,
    cwd: folder,
    // Nothing of the server's own environment, which holds secrets.
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: folder, TMPDIR: folder, LANG: "C.UTF-8" },
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (said: string) => {
    words = (words + said).slice(-LAST_WORDS);
  });
  const end = () => killGroup(child);
  signal.addEventListener("abort", end);
  try {
    await new Promise((resolve, reject) => {
      child.once("exit", end).once("close", resolve).once("error", reject);
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
  signal.throwIfAborted();
  return words;
}

function argumentsOf({ folder, hasSandbox, isTagged }: ChromiumRun): string[] {
  return [
    ...QUIET,
    ...NO_NETWORK,
    ...(hasSandbox ? [] : ["--no-sandbox"]),
    ...(isTagged ? [] : ["--disable-pdf-tagging"]),
    `--user-data-dir=${join(folder, PROFILE)}`,
    `--print-to-pdf=${join(folder, FILES.pdf)}`,
    `file://${join(folder, FILES.page)}`,
  ];
}

/** It and all that it started; whoever has ended already is no error. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // There is none left.
  }
}
