/**
 * Kills a real server at random moments while people write, starts it again on
 * what is left, and checks that nothing it had acknowledged is missing.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { verify } from "../../persistence/sqlite/verify.ts";
import { addressOf, startMain } from "../helpers/program.ts";
import { randomFrom, type Random } from "../helpers/random.ts";
import { png, upload } from "../helpers/images.ts";
import { answered } from "../helpers/rest.ts";
import { createDocument, exportText, type TestDocument } from "../helpers/server.ts";
import type { Scope } from "../helpers/scope.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";
import { type Kind, killServer, KINDS } from "./kills.ts";
import { Writer } from "./writer.ts";

const DOCUMENTS = 3;
const WRITERS_EACH = 3;

/** Longest time that a server lives, in milliseconds. */
const LIFE_MS = 400;

export interface CrashOptions {
  readonly dataDir: string;
  readonly kills: number;
  readonly seed: number;
  /** Told after each kill and check. */
  readonly onKill?: (report: KillReport) => void;
}

export interface KillReport {
  readonly kill: number;
  readonly kind: Kind;
  /** What was found beyond that nothing is lost; may be empty. */
  readonly found: string;
  /** Edits acknowledged so far, over all writers. */
  readonly acknowledged: number;
  readonly written: number;
}

export interface Desk {
  readonly document: TestDocument;
  readonly writers: readonly Writer[];
}

/** @throws when an acknowledged edit is missing, the end states differ, or the database is not whole. */
export async function crash(scope: Scope, options: CrashOptions): Promise<KillReport[]> {
  const random = randomFrom(options.seed);
  let program = startMain(scope, options.dataDir, UNLIMITED);
  const desks = await setUp(await addressOf(program));
  const reports: KillReport[] = [];
  for (let kill = 1; kill <= options.kills; kill++) {
    await writeFor(random.int(LIFE_MS), desks, await addressOf(program), random);
    // Each kind once at first, however few kills there are.
    const kind = KINDS[kill - 1] ?? random.pick(KINDS);
    const { dataDir } = options;
    const scene = { scope, program, dataDir, desks, random, kill };
    const found = await killServer(kind, scene).catch((cause: unknown) => {
      const message = `kill ${kill}, ${kind}: ${String(cause)}\n${scene.program.stderr()}`;
      throw new Error(message, { cause });
    });
    program = startMain(scope, options.dataDir, UNLIMITED);
    await check(await addressOf(program), desks);
    verifyAll(options.dataDir);
    const report = { kill, kind, found, ...totals(desks) };
    reports.push(report);
    options.onKill?.(report);
  }
  await settle(await addressOf(program), desks);
  program.child.kill("SIGTERM");
  await program.exited();
  verifyAll(options.dataDir);
  return reports;
}

/** Every checksum, every document, the log against the snapshot; beside the running server. */
function verifyAll(dataDir: string): void {
  const { problems } = verify({ path: join(dataDir, "quire.sqlite") });
  if (problems.length > 0) throw new Error(`not whole: ${JSON.stringify(problems)}`);
}

async function setUp(server: { url: string }): Promise<Desk[]> {
  const desks: Desk[] = [];
  for (let n = 0; n < DOCUMENTS; n++) {
    const document = await createDocument(server);
    await answered(upload(server, document.id, document.ownerToken, png(n)), 201);
    desks.push({ document, writers: Array.from({ length: WRITERS_EACH }, () => new Writer()) });
  }
  return desks;
}

type Address = Awaited<ReturnType<typeof addressOf>>;

async function connect({ wsUrl }: Address, desks: readonly Desk[]): Promise<void> {
  await Promise.all(
    desks.flatMap(({ document: { id, editToken }, writers }) =>
      writers.map((writer) => writer.connect(`${wsUrl}/${id}?token=${editToken}&ack=1`)),
    ),
  );
}

/** Everybody writes in bursts, large enough now and then to make a snapshot due. */
async function writeFor(
  milliseconds: number,
  desks: readonly Desk[],
  address: Address,
  random: Random,
): Promise<void> {
  await connect(address, desks);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    for (const writer of desks.flatMap(({ writers }) => writers)) {
      const burst = random.int(30) === 0 ? 300 : random.int(5);
      for (let n = 0; n < burst; n++) writer.write(random);
    }
    await pause(random.int(4));
  }
}

/** What the server holds of each writer must reach at least as far as it acknowledged. */
async function check(address: Address, desks: readonly Desk[]): Promise<void> {
  for (const { document, writers } of desks) {
    const state = await stateOf(address, document);
    for (const writer of writers) {
      writer.disconnect();
      const stored = Y.getState(state.store, writer.doc.clientID);
      if (stored >= writer.acknowledged) continue;
      throw new Error(
        `client ${writer.doc.clientID} of ${document.id}: ${writer.acknowledged} acknowledged, ${stored} there`,
      );
    }
  }
}

/** The server's document, as somebody who joins would get it. */
async function stateOf({ wsUrl }: Address, { id, editToken }: TestDocument): Promise<Y.Doc> {
  const reader = new Writer();
  await reader.connect(`${wsUrl}/${id}?token=${editToken}`);
  await until(() => reader.isSynced, { what: "the reader has the document" });
  reader.disconnect();
  return reader.doc;
}

/** Everybody comes back, and all end equal to the export. */
async function settle(address: Address, desks: readonly Desk[]): Promise<void> {
  await connect(address, desks);
  for (const { document, writers } of desks) {
    await until(() => writers.every((writer) => writer.acknowledged >= writer.written), {
      what: "everything is acknowledged in the end",
    });
    const texts = () => writers.map(({ doc }) => doc.getText(CONTENT).toString());
    await until(() => new Set(texts()).size === 1, { what: "all writers have the same text" });
    const text = await exportText(address, document);
    if (text !== texts()[0]) throw new Error(`the export of ${document.id} differs`);
  }
  for (const writer of desks.flatMap(({ writers }) => writers)) writer.disconnect();
}

function totals(desks: readonly Desk[]) {
  const writers = desks.flatMap((desk) => desk.writers);
  return {
    acknowledged: writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    written: writers.reduce((sum, { written }) => sum + written, 0),
  };
}
