/** What the commands say when they are used wrongly, and how npm runs them. */
import assert from "node:assert/strict";
import { copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import Sqlite from "better-sqlite3";
import { ROOT, start } from "../helpers/program.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { command, outcomeOf, sampleFolder } from "./command.ts";
import { databaseIn, tamper } from "./sqlite-fixtures.ts";

const MISUSES: [usage: RegExp, ...args: string[]][] = [
  [/^usage: npm run backup -- FILE \| npm run verify .* \| npm run restore -- FILE$/],
  [/^usage: npm run backup/, "prune"],
  [/^usage: npm run backup -- FILE$/, "backup"],
  [/^usage: npm run backup -- FILE$/, "backup", ""],
  [/^usage: npm run backup -- FILE$/, "backup", "a", "b"],
  [/^usage: npm run backup -- FILE$/, "backup", "--json", "a"],
  [/^usage: npm run restore -- FILE$/, "restore"],
  [/^usage: npm run restore -- FILE$/, "restore", "a", "b"],
  [/^usage: npm run verify -- \[--json\] \[FILE\]$/, "verify", "--fix"],
  [/^usage: npm run verify -- \[--json\] \[FILE\]$/, "verify", "a", "b"],
];

test("[B17] wrong usage is one line and code 2, and does nothing", async (t) => {
  const dataDir = await temporaryFolder(t);
  for (const [usage, ...args] of MISUSES) {
    const { code, stdout, stderr } = await command(t, dataDir, ...args);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, usage);
  }
  assert.deepEqual(await readdir(dataDir), []);
});

test("[B18] what is no database of Quire, or a newer one's, is refused by each command in a line", async (t) => {
  const folder = await temporaryFolder(t);
  const fileOf = (name: string) => join(folder, name);
  const [letter, nothing, newer] = [fileOf("letter"), fileOf("nothing"), fileOf("newer")];
  const foreign = fileOf("foreign");
  await writeFile(letter, "This is a letter and no database at all. ".repeat(200));
  await writeFile(nothing, "");
  const dataDir = await sampleFolder(t);
  tamper(dataDir, "PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
  await copyFile(databaseIn(dataDir), newer);
  new Sqlite(foreign).exec("CREATE TABLE songs (title); PRAGMA user_version = 1").close();
  const refusals: [said: RegExp, dataDir: string, ...args: string[]][] = [
    [/no database of Quire\.$/, folder, "verify", letter],
    [/no database of Quire\.$/, folder, "verify", nothing],
    [/no database of Quire\.$/, join(folder, "data"), "restore", foreign],
    [/^there is no database/, folder, "verify"],
    [/has version 99/, folder, "verify", newer],
    [/has version 99/, dataDir, "backup", join(folder, "copy")],
    [/has version 99/, join(folder, "data"), "restore", newer],
    [/no database of Quire\.$/, join(folder, "data"), "restore", letter],
    [/^there is no database/, join(folder, "data"), "restore", join(folder, "none")],
  ];
  for (const [said, from, ...args] of refusals) {
    const { code, stdout, stderr } = await command(t, from, ...args);
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, said);
    assert.ok(!stderr.includes("\n"), "one line");
  }
  assert.deepEqual((await readdir(folder)).toSorted(), ["foreign", "letter", "newer", "nothing"]);
});

test("[B20] npm runs the commands, and takes a file from where it is called", async (t) => {
  const dataDir = await sampleFolder(t);
  const folder = await temporaryFolder(t);
  const env = { DATA_DIR: dataDir, HERE: folder, PROJECT: ROOT };
  const npm = (script: string) =>
    outcomeOf(
      start(t, ["sh", "-c", `cd "$HERE" && npm --prefix "$PROJECT" run -s ${script}`], env),
    );
  assert.equal((await npm("backup -- here")).code, 0);
  assert.deepEqual(await readdir(folder), ["here"]);
  assert.equal((await npm("verify -- here")).code, 0);
  const refused = await npm("restore -- here");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is not empty/);
});
