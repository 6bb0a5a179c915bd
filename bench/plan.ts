/** What a command line asks for; whatever it names wrongly is refused. Starts nothing. */
import { parseArgs } from "node:util";
import type { Mode } from "./mode.ts";
import { MODES } from "./modes.ts";
import { fixedRate, saturation } from "./modes/fanout.ts";
import { nodeCosts } from "./modes/node-costs.ts";
import { nodeRate, nodeSaturation } from "./modes/nodes.ts";
import { type PeerName, PEERS } from "./peers.ts";

/** Modes under one name. */
const GROUPS: Readonly<Record<string, readonly Mode[]>> = {
  fanout: [saturation, fixedRate],
  nodes: [nodeRate, nodeSaturation, nodeCosts],
};

/** What is measured by a program of its own, which prints its own table. */
const PROGRAMS: Readonly<Record<string, string>> = { page: "page/main.ts" };

const PEER_NAMES = PEERS.map(({ name }) => name);

export interface Plan {
  readonly modes: readonly Mode[];
  /** Files of programs, beside this one. */
  readonly programs: readonly string[];
  readonly peers: readonly PeerName[];
  /** How often each peer is measured in each case. */
  readonly runs: number;
  /** Whether the results replace those in `docs/`. */
  readonly saves: boolean;
}

export const HELP = `npm run bench -- [what …] [--peers a,b] [--runs 3] [--save]

  what     ${knownNames().join(", ")}; every mode when nothing is named
  --peers  of ${PEER_NAMES.join(", ")}; all when not given
  --runs   of which the median is shown; 3 when not given
  --save   write docs/benchmark.json and docs/benchmark.svg, as a full bench does
`;

/**
 * Reads the arguments; undefined when they ask for help.
 * @throws Error that says what is wrong, and what is known instead.
 */
export function planOf(args: readonly string[]): Plan | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      peers: { type: "string" },
      runs: { type: "string", default: "3" },
      save: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  refuseUnknown(positionals, knownNames());
  const peers = values.peers?.split(",") ?? PEER_NAMES;
  refuseUnknown(peers, PEER_NAMES);
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Error(`--runs is a number from 1: ${values.runs}`);
  const isFull = positionals.length === 0 && values.peers === undefined;
  return {
    modes: positionals.length === 0 ? MODES : modesOf(positionals),
    programs: positionals.flatMap((name) => PROGRAMS[name] ?? []),
    peers: PEER_NAMES.filter((name) => peers.includes(name)),
    runs: Number(values.runs),
    saves: values.save || isFull,
  };
}

function knownNames(): readonly string[] {
  return [...MODES.map(({ name }) => name), ...Object.keys(GROUPS), ...Object.keys(PROGRAMS)];
}

function modesOf(names: readonly string[]): readonly Mode[] {
  const isNamed = (mode: Mode) =>
    names.some((name) => name === mode.name || GROUPS[name]?.includes(mode));
  return MODES.filter(isNamed);
}

function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`unknown: ${name}; known are ${known.join(", ")}`);
  }
}
