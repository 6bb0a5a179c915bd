/**
 * What tells whether two stores hold the same rows: of each document and each table a number that
 * every column of every row goes into. How a log is packed makes no difference to it. Judges by
 * the way what is damaged in itself; knows no store.
 */
import { hash } from "node:crypto";
import { isIntact } from "./checksum.ts";
import type { Part, Row } from "./document-rows.ts";
import { isOpen } from "./run-contents.ts";

/** How a damaged row is called, by its table. */
const NAMES: Readonly<Record<string, (row: Row) => string>> = {
  updates: ({ seq }) => `update ${String(seq)}`,
  runs: ({ first, last }) => `run ${String(first)} to ${String(last)}`,
  snapshots: ({ seq }) => `snapshot ${String(seq)}`,
};

/** Of an update it is the same in a row and in a run. */
const ENTRY = ["seq", "author", "at", "checksum", "bytes"];

/** Takes rows in, piece by piece. */
export class RowDigests {
  readonly #sums = new Map<string, Sum>();
  readonly #damaged: { readonly document: number; readonly row: string }[] = [];
  /** Of each log the highest number, and whether its time can be read. */
  readonly #newest = new Map<number, { readonly number: number; readonly isDated: boolean }>();

  add({ table, columns }: Part, rows: readonly Row[]): void {
    const calledBy = NAMES[table];
    for (const row of rows) {
      const { document, bytes } = row;
      if (kindOf(table) === "log") this.#noteNewest(row);
      if (isOpen(bytes)) {
        const sum = this.#sumOf("log", document);
        for (const entry of bytes) sum.add(ENTRY, { ...entry, document });
        continue;
      }
      const kind = kindOf(table);
      this.#sumOf(kind, document).add(table === "updates" ? ENTRY : columns, row);
      if (calledBy && isDamaged(row)) this.#damaged.push({ document, row: calledBy(row) });
    }
  }

  /** Rows that are not as they were written. */
  damageOf(document: number): readonly string[] {
    const own = this.#damaged.filter((each) => each.document === document);
    return own.map(({ row }) => `${row} is damaged`);
  }

  /** Whether what was written last says when that was; in a damaged run it does not. */
  isNewestDated(document: number): boolean {
    return this.#newest.get(document)?.isDated ?? true;
  }

  /** What of the document is not the same in the other: `log`, or the name of a table. */
  differencesTo(other: RowDigests, document: number, parts: readonly Part[]): readonly string[] {
    const kinds = new Set(parts.map(({ table }) => kindOf(table)));
    return [...kinds].filter((kind) => {
      const [mine, theirs] = [this.#sumOf(kind, document), other.#sumOf(kind, document)];
      return mine.text !== theirs.text;
    });
  }

  #noteNewest({ document, seq, last, bytes }: Row): void {
    const number = Number(seq ?? last);
    if (number <= (this.#newest.get(document)?.number ?? 0)) return;
    this.#newest.set(document, { number, isDated: seq !== undefined || isOpen(bytes) });
  }

  #sumOf(kind: string, document: number): Sum {
    const name = `${kind} ${document}`;
    let sum = this.#sums.get(name);
    if (!sum) this.#sums.set(name, (sum = new Sum()));
    return sum;
  }
}

/** Of the hashes of rows in any order, with how many they are. */
class Sum {
  #rows = 0;
  readonly #lanes = new BigUint64Array(4);

  add(columns: readonly string[], row: Row): void {
    const parts: Uint8Array[] = [];
    const values = columns.map((column) => {
      const value = row[column] ?? null;
      if (!(value instanceof Uint8Array)) return value;
      parts.push(value);
      return [value.length];
    });
    // With the lengths of bytes, so that no two rows read alike.
    const text = Buffer.from(JSON.stringify(values));
    // At once: an object that hashes piece by piece costs more than hashing a small update.
    const digested = hash("sha256", Buffer.concat([text, ...parts]), "buffer");
    for (const lane of this.#lanes.keys()) {
      this.#lanes[lane] = (this.#lanes[lane] ?? 0n) + digested.readBigUInt64LE(lane * 8);
    }
    this.#rows += 1;
  }

  get text(): string {
    return `${this.#rows} ${this.#lanes.join(" ")}`;
  }
}

function kindOf(table: string): string {
  return table === "updates" || table === "runs" ? "log" : table;
}

function isDamaged({ checksum, bytes }: Row): boolean {
  return !(bytes instanceof Uint8Array && isIntact({ checksum: Number(checksum), bytes }));
}
