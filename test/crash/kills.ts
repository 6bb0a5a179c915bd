/**
 * The ways in which the crash harness kills a server, each at a moment of its own:
 * drawn from the seed, or seen in the database from outside.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as Y from "yjs";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { restore } from "../../persistence/sqlite/restore.ts";
import { verify } from "../../persistence/sqlite/verify.ts";
import { type Program, start } from "../helpers/program.ts";
import type { Random } from "../helpers/random.ts";
import type { Scope } from "../helpers/scope.ts";
import { until } from "../helpers/until.ts";
import { read } from "../persistence/sqlite-fixtures.ts";
import type { Desk } from "./harness.ts";

export const KINDS = ["at once", "while draining", "while compacting", "while backing up"] as const;

export type Kind = (typeof KINDS)[number];

export interface Scene {
  readonly scope: Scope;
  readonly program: Program;
  readonly dataDir: string;
  readonly desks: readonly Desk[];
  readonly random: Random;
  /** Counts the kills, for names. */
  readonly kill: number;
}

/** Kills it, and answers what is worth telling beyond that. */
export function killServer(kind: Kind, scene: Scene): Promise<string> {
  return KILLS[kind](scene);
}

const KILLS: Record<Kind, (scene: Scene) => Promise<string>> = {
  "at once": killNow,
  "while draining": killDraining,
  "while compacting": killCompacting,
  "while backing up": killBackingUp,
};

async function killDraining(scene: Scene): Promise<string> {
  scene.program.child.kill("SIGTERM");
  await pause(scene.random.int(20));
  return killNow(scene);
}

async function killNow({ program }: Pick<Scene, "program">): Promise<string> {
  program.child.kill("SIGKILL");
  await program.exited();
  return "";
}

/** More than a snapshot waits for, by one writer; then some moment of folding, or of packing. */
async function killCompacting(scene: Scene): Promise<string> {
  const { desks, random, dataDir } = scene;
  const writer = random.pick(desks.flatMap(({ writers }) => writers));
  for (let n = 0; n < 2100; n++) writer.write(random);
  const written = writer.written;
  await until(() => writer.acknowledged >= written, { timeoutMs: 30_000 });
  if (random.int(2) === 0) await pause(random.int(40));
  else await until(() => packable(dataDir) > 0, { timeoutMs: 300 }).catch(() => undefined);
  await killNow(scene);
  const rows = packable(dataDir);
  return rows > 0 ? `${rows} rows were to be packed` : "before or after its snapshot";
}

/** Rows that a snapshot holds and that are worth a run: a compaction is under way. */
function packable(dataDir: string): number {
  const rows = `SELECT count(*) FROM updates JOIN snapshots USING (document)
    WHERE updates.seq <= snapshots.seq GROUP BY document HAVING count(*) > 256`;
  return (read(dataDir, rows) as [number][]).reduce((sum, [count]) => sum + count, 0);
}

/** A backup holds what was acknowledged before it began, or there is none. */
async function killBackingUp(scene: Scene): Promise<string> {
  const { scope, dataDir, random, desks, kill } = scene;
  const before = desks.flatMap(({ writers }) =>
    writers.map(({ doc, acknowledged }) => ({ client: doc.clientID, acknowledged })),
  );
  const file = join(dataDir, "..", `backup-${kill}.sqlite`);
  const command = [process.execPath, "persistence/cli.ts", "backup", file] as const;
  const backup = start(scope, command, { DATA_DIR: dataDir });
  const end = performance.now() + random.int(250);
  while (performance.now() < end) {
    for (const { writers } of desks) random.pick(writers).write(random);
    await pause(random.int(4));
  }
  await killNow(scene);
  if (random.int(3) === 0) backup.child.kill("SIGKILL");
  const code = await backup.exited();
  if (code !== 0) {
    if (existsSync(file)) throw new Error(`a backup that did not end left ${file}`);
    return "the backup did not end, and left nothing";
  }
  await checkBackup(file, join(dataDir, "..", `restored-${kill}`), desks, before);
  return "the backup is whole";
}

async function checkBackup(
  file: string,
  dataDir: string,
  desks: readonly Desk[],
  before: readonly { readonly client: number; readonly acknowledged: number }[],
): Promise<void> {
  const { problems } = verify({ path: file });
  if (problems.length > 0) throw new Error(`the backup is not whole: ${JSON.stringify(problems)}`);
  restore({ file, dataDir });
  const store = await openSqliteStore({ dataDir });
  const doc = new Y.Doc();
  for (const { document } of desks) {
    const stored = await store.load(document.id);
    for (const update of [stored?.snapshot, ...(stored?.tail ?? [])]) {
      if (update) Y.applyUpdate(doc, update);
    }
  }
  await store.close();
  for (const { client, acknowledged } of before) {
    const found = Y.getState(doc.store, client);
    if (found < acknowledged) {
      throw new Error(`the backup holds ${found} of ${acknowledged} of client ${client}`);
    }
  }
}
