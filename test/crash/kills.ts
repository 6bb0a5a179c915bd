/**
 * The ways in which the crash harness kills a server, each at a moment of its own:
 * drawn from the seed, or seen in the database from outside.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
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

export const KINDS = [
  "at once",
  "while draining",
  "while folding",
  "while packing",
  "while backing up",
] as const;

/** Found when the kill came at the moment that was meant. */
export const HIT = "in the midst of it";

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
  "while folding": killFolding,
  "while packing": killPacking,
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

/** A snapshot of this document has begun to be made, and is not there yet. */
async function killFolding(scene: Scene): Promise<string> {
  const { id, before } = await flood(scene);
  await pause(FOLDING_BEGINS_MS + scene.random.int(200));
  await killNow(scene);
  return progress(scene, id).snapshot === before ? HIT : "its snapshot was there already";
}

/** The snapshot is there, and the log that it holds is being packed. */
async function killPacking(scene: Scene): Promise<string> {
  const { id, before } = await flood(scene);
  await until(() => progress(scene, id).snapshot > before, { timeoutMs: 30_000 });
  await pause(scene.random.int(4));
  await killNow(scene);
  return progress(scene, id).packable >= 256 ? HIT : "its log was packed already";
}

/** From the last write on, as long as nothing more is written; milliseconds. */
const FOLDING_BEGINS_MS = 500;

/** What a snapshot waits for, and of that how many in groups so small that they are stored as rows. */
const FLOOD = { updates: 10_200, rows: 300, group: 10 };

/** One writer writes more than a snapshot waits for; answers once so much is on disk. */
async function flood({ desks, random, dataDir }: Scene) {
  const { document, writers } = random.pick(desks);
  const writer = random.pick(writers);
  await until(() => writer.isSynced);
  const { id } = document;
  const { snapshot, head } = progress({ dataDir }, id);
  const write = (count: number) => {
    for (let n = 0; n < count; n++) writer.write(random);
  };
  const saved = () => until(() => writer.acknowledged === writer.written, { timeoutMs: 30_000 });
  write(FLOOD.updates - FLOOD.rows);
  await saved();
  for (let n = 0; n < FLOOD.rows; n += FLOOD.group) {
    write(FLOOD.group);
    await saved();
  }
  assert.ok(progress({ dataDir }, id).head - head >= FLOOD.updates);
  return { id, before: snapshot };
}

/** Numbers of a document's snapshot and newest update, and how many rows lie before the snapshot. */
function progress({ dataDir }: Pick<Scene, "dataDir">, id: string) {
  const [[snapshot, head, packable]] = read(
    dataDir,
    `SELECT coalesce(snapshots.seq, 0), coalesce(max(updates.seq), 0),
        coalesce(sum(updates.seq <= snapshots.seq), 0)
      FROM documents LEFT JOIN snapshots ON snapshots.document = key
        LEFT JOIN updates ON updates.document = key WHERE documents.id = '${id}'`,
  ) as [[number, number, number]];
  return { snapshot, head, packable };
}

/** A backup holds what was acknowledged before it began; one that was killed may not be there. */
async function killBackingUp(scene: Scene): Promise<string> {
  const { scope, dataDir, random, desks, kill } = scene;
  const before = desks.flatMap(({ writers }) =>
    writers.map(({ doc, acknowledged }) => ({ client: doc.clientID, acknowledged })),
  );
  const folder = join(dataDir, "..");
  const file = join(folder, `backup-${kill}.sqlite`);
  const command = [process.execPath, "persistence/cli.ts", "backup", file] as const;
  const backup = start(scope, command, { DATA_DIR: dataDir });
  const own = new RegExp(`^backup-${kill}\\..*quire-partial$`);
  const hasBegun = () => readdirSync(folder).some((name) => own.test(name));
  while (!hasBegun() && backup.child.exitCode === null) {
    for (const { writers } of desks) random.pick(writers).write(random);
    await pause(1);
  }
  await pause(random.int(10));
  const isUnderWay = hasBegun();
  await killNow(scene);
  const isKilled = random.int(3) === 0 && backup.child.kill("SIGKILL");
  const code = await backup.exited();
  if (code !== 0 && !isKilled) throw new Error(`the backup failed: ${backup.stderr()}`);
  if (!existsSync(file)) return `${isUnderWay ? HIT : "it had ended"}; the backup was killed too`;
  await checkBackup(file, join(folder, `restored-${kill}`), desks, before);
  return isUnderWay ? HIT : "it had ended";
}

/** With the image that each document was given at the start. */
function verifyBackup(path: string, desks: readonly Desk[]): void {
  const { problems, attachments } = verify({ path });
  if (problems.length > 0) throw new Error(`the backup is not whole: ${JSON.stringify(problems)}`);
  if (attachments !== desks.length) throw new Error(`the backup holds ${attachments} images`);
}

async function checkBackup(
  file: string,
  dataDir: string,
  desks: readonly Desk[],
  before: readonly { readonly client: number; readonly acknowledged: number }[],
): Promise<void> {
  verifyBackup(file, desks);
  restore({ file, dataDir });
  verifyBackup(join(dataDir, "quire.sqlite"), desks);
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
