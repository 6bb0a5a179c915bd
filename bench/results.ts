/** What a bench brings: for each mode its rows, a row being one peer in one case. Knows how runs become a row. */
import type { Machine } from "./machine.ts";
import type { Measurement, Mode, Shares } from "./mode.ts";
import type { PeerName } from "./peers.ts";

/** Others may have this share of the server's core before a run counts as disturbed. */
const DISTURBED = 0.05;

/** Over the runs of one peer in one case. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly case: string;
  readonly peer: PeerName;
  /** By the names of the mode's columns; empty when every run failed. */
  readonly figures: Readonly<Record<string, Spread>>;
  /** Of each run that says. */
  readonly shares: readonly Shares[];
  /** Why runs failed, one reason for each that did. */
  readonly failures: readonly string[];
}

/** What is kept in `docs/benchmark.json`. */
export interface Results {
  readonly machine: Machine;
  readonly modes: readonly { readonly name: string; readonly rows: readonly Row[] }[];
}

/** The runs of one peer in one case, as a row. */
export function rowOf(
  { columns }: Mode,
  place: Pick<Row, "case" | "peer">,
  measurements: readonly Measurement[],
  failures: readonly string[],
): Row {
  const figures: Record<string, Spread> = {};
  for (const { name } of columns) {
    const values = measurements.flatMap((each) => each.figures[name] ?? []);
    if (values.length > 0) figures[name] = spread(values);
  }
  const shares = measurements.flatMap((each) => each.shares ?? []);
  return { ...place, figures, shares, failures };
}

/** Whether others had too much of the server's core. */
export function isDisturbed({ foreign }: Shares): boolean {
  return foreign > DISTURBED;
}

/** The value in the middle, or the mean of the two there. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
