/** Loaded before a command: its process kills itself in place of the rename that leads to `KILL_AT`. */
import fileSystem from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const rename = fileSystem.renameSync;
fileSystem.renameSync = (from, to) => {
  if (to === process.env.KILL_AT) process.kill(process.pid, "SIGKILL");
  rename(from, to);
};
syncBuiltinESMExports();
