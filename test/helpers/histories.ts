/**
 * Recorded editing histories of real documents. They are not part of the
 * repository: tests read them from a folder beside it when it is there
 * (`HISTORIES=<folder>` for another place).
 */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { ROOT } from "./program.ts";

const FOLDER = process.env.HISTORIES ?? `${ROOT}/../shared/data`;

type Patch = readonly [position: number, deleted: number, inserted: string];

interface Transaction {
  readonly agent?: number;
  /** Indexes of the transactions that must have been seen before. */
  readonly parents?: readonly number[];
  readonly patches: readonly Patch[];
}

export interface History {
  readonly name: string;
  readonly endContent: string;
  readonly numAgents: number;
  readonly txns: readonly Transaction[];
}

/** Undefined when the histories are not on this machine. */
export function history(name: string): History | undefined {
  const path = `${FOLDER}/${name}.json.gz`;
  if (!existsSync(path)) return undefined;
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as History;
}

export function applyPatches(text: Y.Text, patches: readonly Patch[]): void {
  for (const [position, deleted, inserted] of patches) {
    if (deleted > 0) text.delete(position, deleted);
    if (inserted) text.insert(position, inserted);
  }
}

/** The whole history of one author as the updates of one client. */
export function updatesOf({ txns }: History): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (const { patches } of txns) {
    doc.transact(() => applyPatches(doc.getText(CONTENT), patches));
  }
  return updates;
}

/** What one author did in one transaction, having seen exactly what it builds on. */
export interface AuthoredUpdate {
  readonly agent: number;
  readonly parents: readonly number[];
  /** What had been seen before: a clock for each client id. */
  readonly seen: ReadonlyMap<number, number>;
  readonly update: Uint8Array;
}

/** A concurrent history as updates, in the recorded order. Client ids are agent + 1. */
export function authoredUpdates({ txns, numAgents }: History): AuthoredUpdate[] {
  const authors = Array.from({ length: numAgents }, (_, agent) => new Author(agent + 1));
  const written: AuthoredUpdate[] = [];
  for (const [index, { agent = 0, parents = [], patches }] of txns.entries()) {
    const author = authors[agent];
    if (!author) throw new Error(`transaction ${index} has no author`);
    author.see(parents, written);
    written.push({ agent, parents, seen: author.vector(), update: author.write(index, patches) });
  }
  return written;
}

class Author {
  readonly #doc = new Y.Doc();
  readonly #seen = new Set<number>();

  constructor(clientId: number) {
    this.#doc.clientID = clientId;
  }

  /** Take in transactions and everything that they build on, oldest first. */
  see(indexes: readonly number[], written: readonly AuthoredUpdate[]): void {
    const unseen = new Set<number>();
    const open = [...indexes];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#seen.has(index) || unseen.has(index)) continue;
      unseen.add(index);
      open.push(...(written[index]?.parents ?? []));
    }
    for (const index of [...unseen].toSorted((one, other) => one - other)) {
      Y.applyUpdate(this.#doc, written[index]?.update ?? new Uint8Array([0, 0]));
      this.#seen.add(index);
    }
  }

  vector(): Map<number, number> {
    return Y.decodeStateVector(Y.encodeStateVector(this.#doc));
  }

  write(index: number, patches: readonly Patch[]): Uint8Array {
    let update: Uint8Array = new Uint8Array([0, 0]);
    const keep = (made: Uint8Array) => (update = made);
    this.#doc.on("update", keep);
    this.#doc.transact(() => applyPatches(this.#doc.getText(CONTENT), patches));
    this.#doc.off("update", keep);
    this.#seen.add(index);
    return update;
  }
}
