/** How much memory the nodes take while it all happens. */
import { readFileSync } from "node:fs";
import type { TestNode } from "../helpers/cluster.ts";
import type { Scope } from "../helpers/scope.ts";

const LOOK_MS = 200;

/** Looks until the scope ends; answers the most that any node had so far, in bytes. */
export function watchMemory(scope: Scope, nodes: readonly TestNode[]): () => number {
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, ...nodes.map(({ program }) => residentBytes(program.child.pid)));
  }, LOOK_MS);
  scope.after(() => clearInterval(look));
  return () => most;
}

/** Of a process that has ended, 0. */
function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
