/** The commands as they are run from a shell, and databases for them. */
import { crc32 } from "node:zlib";
import * as Y from "yjs";
import type { Store } from "../../persistence/store.ts";
import { entries, newDocument, newLink, typing } from "../contract/sample-documents.ts";
import { type Program, start } from "../helpers/program.ts";
import type { Scope } from "../helpers/scope.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { openStore } from "./sqlite-fixtures.ts";

export interface Outcome {
  readonly code: number | null;
  /** Both without the last line end. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a command on a data folder. */
export function startCommand(t: Scope, dataDir: string, ...args: string[]): Program {
  return start(t, [process.execPath, "persistence/cli.ts", ...args], { DATA_DIR: dataDir });
}

/** Runs it to its end. */
export async function command(t: Scope, dataDir: string, ...args: string[]): Promise<Outcome> {
  return outcomeOf(startCommand(t, dataDir, ...args));
}

export async function outcomeOf(program: Program): Promise<Outcome> {
  const code = await program.exited();
  return { code, stdout: program.stdout().trimEnd(), stderr: program.stderr().trimEnd() };
}

/** A folder with `a` ("hello world", a snapshot up to 4, 11 updates), `b` (the same, no snapshot) and `c` (empty). */
export async function sampleFolder(t: Scope): Promise<string> {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  for (const [index, id] of ["a", "b", "c"].entries()) {
    await store.create(newDocument(id, { links: [newLink(`link ${id}`, index)] }));
  }
  for (const id of ["a", "b"]) await store.append(entries(id, typing("hello world")));
  await store.compact("a", 4);
  await store.close();
  return dataDir;
}

/** A folder whose document `a` has 1,100 updates and a snapshot of all: two runs of 500, and rows. */
export async function packedFolder(t: Scope): Promise<string> {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await store.create(newDocument("a"));
  await store.append(entries("a", typing("hello world".repeat(100))));
  await store.compact("a", 1100);
  await store.close();
  return dataDir;
}

/** Everything a store answers for the documents of `sampleFolder`. */
export async function contentsOf(store: Store): Promise<unknown[]> {
  const ids = ["a", "b", "c"];
  const hashes = ids.map((_, index) => new Uint8Array(32).fill(index));
  return Promise.all([
    ...ids.map((id) => store.find(id)),
    ...ids.map((id) => store.load(id)),
    ...hashes.map((hash) => store.findLink(hash)),
  ]);
}

/** SQL for a blob with a checksum that is right for it. */
export function withChecksum(bytes: Uint8Array): string {
  return `bytes = x'${Buffer.from(bytes).toString("hex")}', checksum = ${crc32(bytes)}`;
}

/** The state of a document that says `text`, by the client that `client` names. */
export function stateOf(text: string, client: number): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client;
  doc.getText("content").insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}
