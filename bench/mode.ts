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
  /** Of what is left to chance: the same for every peer, another in each run. */
  readonly seed: number;
}

export interface Case {
  readonly title: string;
  measure(run: Run): Promise<Measurement>;
}

/** Who had the processors, as shares of the time that was measured. */
export interface Shares {
  /** The server, of its core. */
  readonly server: number;
  /** Anybody else, of the server's core. */
  readonly foreign: number;
  /** The load generator, of its own core. */
  readonly generator: number;
}

export interface Measurement {
  readonly figures: Figures;
  /** Absent where the figures are the same on a busy machine. */
  readonly shares?: Shares;
}

export interface Mode {
  readonly name: string;
  /** What is measured, in a sentence. */
  readonly title: string;
  /** Where in `docs/` the results are kept; `benchmark.json` when not named. */
  readonly file?: string;
  /** Whether the table has a line for each figure: many figures of one peer that stand by themselves. */
  readonly isList?: boolean;
  readonly columns: readonly Column[];
  /** The column in which Quire is set beside the best of the others; the first when not named. */
  readonly headline?: string;
  /** Whether the server is given more than it can do, so that idling is the generator's fault. */
  readonly saturates?: boolean;
  /** For what takes long and differs little from one run to the next. */
  readonly mostRuns?: number;
  readonly cases: readonly Case[];
  /** Whom it can be asked of. */
  readonly peers: readonly PeerName[];
}
