/** What a mode of the benchmark is: its cases, and one measurement of one peer in one of them. */
import type { Peer, PeerName } from "./peers.ts";

/** Figures of one run, by the names of the mode's columns. */
export type Figures = Readonly<Record<string, number>>;

export interface Column {
  readonly name: string;
  /** As the table heads it, with its unit. */
  readonly title: string;
  readonly better: "higher" | "lower";
  readonly digits: number;
}

/** One measurement, made in a process of its own. */
export interface Run {
  readonly peer: Peer;
  /** Empty, and gone afterwards. */
  readonly dataDir: string;
}

export interface Case {
  readonly title: string;
  measure(run: Run): Promise<Measurement>;
}

export interface Measurement {
  readonly figures: Figures;
  /** What others took of the server's core, and the generator of its own; shares of the time. */
  readonly shares: { readonly foreign: number; readonly generator: number };
}

export interface Mode {
  readonly name: string;
  /** What is measured, in a sentence. */
  readonly title: string;
  readonly columns: readonly Column[];
  readonly cases: readonly Case[];
  /** Whom it can be asked of. */
  readonly peers: readonly PeerName[];
}
