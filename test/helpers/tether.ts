/** What ties a process to the one that starts it: on Linux it is killed with it, however that ends. */

/** The command that starts this one so; its process is the same. */
export function tethered(command: readonly [string, ...string[]]): [string, ...string[]] {
  return process.platform === "linux"
    ? ["setpriv", "--pdeathsig", "KILL", "--", ...command]
    : [...command];
}
