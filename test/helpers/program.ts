/** The program as a user starts it: a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Scope } from "./scope.ts";
import { fileURLToPath } from "node:url";
import { expectDescribed } from "./described.ts";
import { tethered } from "./tether.ts";
import { until } from "./until.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  /** All of standard output so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code; null after a signal. */
  exited(): Promise<number | null>;
}

/** Starts `command` in the repository, in a process group of its own, which ends with the test. */
export function start(
  t: Scope,
  command: readonly [string, ...string[]],
  env: Record<string, string>,
): Program {
  const [file, ...args] = tethered(command);
  const child = spawn(file, args, {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output.stderr += data.toString()));
  const exit = once(child, "close");
  t.after(() => killGroup(child));
  return {
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exited: async () => {
      await exit;
      return child.exitCode;
    },
  };
}

/** The server alone, on a free port. */
export function startMain(t: Scope, dataDir: string, env: Record<string, string> = {}): Program {
  const settings = { PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, ...env };
  return start(t, [process.execPath, "server/main.ts"], settings);
}

/** The address in its one line, once it is printed. */
export async function addressOf(program: Program): Promise<{ url: string; wsUrl: string }> {
  const address = () => {
    if (program.child.exitCode !== null) throw new Error(`it ended: ${program.stderr()}`);
    return /^Quire is listening on (http:\S+)$/m.exec(program.stdout())?.[1];
  };
  const url = await until(address, {
    what: "the program prints its address",
    timeoutMs: 60_000,
  });
  expectDescribed(url);
  return { url, wsUrl: `${url.replace("http", "ws")}/ws/doc` };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
