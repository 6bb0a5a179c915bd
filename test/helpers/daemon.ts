/**
 * A server of somebody else's beside the tests: its process, and what can be done to that
 * from outside. Knows nothing of what it serves.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Scope } from "./scope.ts";
import { tethered } from "./tether.ts";
import { until } from "./until.ts";

export interface DaemonOptions {
  readonly command: readonly [string, ...string[]];
  /** Whether it serves; may reject as long as it does not. */
  readonly isReady: () => Promise<boolean>;
  /** Whose process it is; default: of who runs the tests. */
  readonly owner?: Owner;
  /** What ends it at the end of the scope, at once and leaving nothing; default SIGKILL. */
  readonly endSignal?: NodeJS.Signals;
}

/** Ids of a user, as `spawn` takes them. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

export class Daemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  #output = "";

  constructor(scope: Scope, options: DaemonOptions) {
    this.#options = options;
    scope.after(() => this.stop(options.endSignal ?? "SIGKILL"));
  }

  /** Resolves once it serves. @throws with what it printed when it ended instead. */
  async start(): Promise<void> {
    const [file, ...args] = tethered(this.#options.command);
    const child = spawn(file, args, {
      ...this.#options.owner,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#closed = once(child, "close");
    this.#output = "";
    child.stdout.on("data", (data: Buffer) => (this.#output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (this.#output += data.toString()));
    await once(child, "spawn");
    this.#child = child;
    const what = `${this.#options.command[0]} serves`;
    await until(() => this.#serves(), { what, timeoutMs: 60_000 });
  }

  /** Resolves when the process has ended, and those that it had started; at once when there is none. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    if (!this.#isRunning) return;
    // A process that is held up takes no other signal.
    this.resume();
    this.#child?.kill(signal);
    await this.#closed;
  }

  /** With all that it has started, none of which gets to do anything more. */
  async kill(): Promise<void> {
    for (const pid of this.#family()) send(pid, "SIGKILL");
    await this.#closed;
  }

  /** It does nothing from now on, and its connections stay open. */
  pause(): void {
    for (const pid of this.#family()) send(pid, "SIGSTOP");
  }

  resume(): void {
    for (const pid of this.#family()) send(pid, "SIGCONT");
  }

  get #isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  async #serves(): Promise<boolean> {
    if (!this.#isRunning) throw new Error(`it ended: ${this.#output}`);
    return this.#options.isReady().catch(() => false);
  }

  /** The process first: what stands still starts no others meanwhile. */
  *#family(): Generator<number> {
    const pid = this.#child?.pid;
    if (pid === undefined || !this.#isRunning) return;
    yield pid;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    for (const child of children.split(" ").filter(Boolean)) yield Number(child);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
