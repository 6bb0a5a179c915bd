/** The test's side of `store-process.ts`: starts it, listens to it, kills it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Scope } from "../helpers/scope.ts";
import { fileURLToPath } from "node:url";
import { until } from "../helpers/until.ts";

const SCRIPT = fileURLToPath(new URL("./store-process.ts", import.meta.url));

export interface StoreProcess {
  /** Everything it has said, line by line. */
  readonly lines: readonly string[];
  /** Resolves when it has said this many lines. */
  said(count: number): Promise<void>;
  /** SIGKILL; resolves when it is gone and everything it said has been read. */
  kill(): Promise<void>;
}

/** The bytes of an entry, different for each, of a length that fills pages unevenly. */
export function killedUpdate(seq: number): Uint8Array {
  return new Uint8Array(1 + ((seq * 37) % 900)).fill(seq % 256);
}

export function startStoreProcess(
  t: Scope,
  mode: "hold" | "append" | "compact",
  dataDir: string,
): StoreProcess {
  const child = spawn(process.execPath, [SCRIPT, mode, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const linesOf = () => output.split("\n").slice(0, -1);
  return {
    get lines() {
      return linesOf();
    },
    said: async (count) =>
      void (await until(() => linesOf().length >= count, { what: `it said ${count} lines` })),
    kill: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
