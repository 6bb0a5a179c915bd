/**
 * The picture in the README: a few headline figures as bars, one panel for each figure.
 * A pure function from results to SVG, legible in light and dark.
 */
import type { Machine } from "./machine.ts";
import type { PeerName } from "./peers.ts";
import type { Results } from "./results.ts";

interface Headline {
  readonly title: string;
  readonly mode: string;
  /** Number of the case in its mode. */
  readonly case: number;
  readonly column: string;
  readonly better: "higher" | "lower";
}

const DELIVERED = { mode: "saturation", column: "perSecond", better: "higher" } as const;

/** What was not measured is left out. */
const HEADLINES: readonly Headline[] = [
  { ...DELIVERED, title: "Edits delivered a second, 10 people", case: 1 },
  { ...DELIVERED, title: "Edits delivered a second, 50 people", case: 2 },
  { ...DELIVERED, title: "Edits delivered a second, 200 people", case: 3 },
  {
    title: "CPU µs an edit delivered, 200 people",
    mode: "fixed-rate",
    case: 3,
    column: "cpuMicroseconds",
    better: "lower",
  },
  {
    title: "ms to open 260,000 edits after a restart",
    mode: "join",
    case: 0,
    column: "coldMs",
    better: "lower",
  },
  {
    title: "kB of memory a room, 2,000 rooms",
    mode: "rooms",
    case: 1,
    column: "kilobytes",
    better: "lower",
  },
];

const LABELS: Readonly<Record<PeerName, string>> = {
  relay: "bare relay, no CRDT",
  "y-ws": "y-websocket",
  "y-ws+ldb": "y-websocket, LevelDB",
  hocuspocus: "Hocuspocus",
  quire: "Quire",
};

const WIDTH = 840;
const COLUMNS = 2;
const PANEL_WIDTH = WIDTH / COLUMNS;
const BAR = { left: 150, length: 180, height: 14, distance: 22 };
const HEAD = 32;
const GAP = 22;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #1f2328; dominant-baseline: central }
.title, .quire { font-weight: 600 }
.note { font-size: 12px; font-weight: 400; fill: #59636e }
rect { fill: #9da7b3 }
rect.relay { fill-opacity: 0.5 }
rect.quire { fill: #1467c2 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .note { fill: #9da7b3 }
  rect { fill: #656f7b }
  rect.quire { fill: #79b1f9 }
}`;

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

interface Bar {
  readonly peer: PeerName;
  readonly value: number;
}

/** The picture of a bench, as an SVG file. */
export function picture(results: Results): string {
  const panels = HEADLINES.map((headline) => ({ headline, bars: barsOf(results, headline) }));
  const shown = panels.filter(({ bars }) => bars.length > 0);
  const most = Math.max(0, ...shown.map(({ bars }) => bars.length));
  const panelHeight = HEAD + most * BAR.distance + GAP;
  const height = Math.ceil(shown.length / COLUMNS) * panelHeight + HEAD;
  const drawn = shown.map(({ headline, bars }, n) => {
    const x = (n % COLUMNS) * PANEL_WIDTH;
    const y = Math.floor(n / COLUMNS) * panelHeight;
    return `<g transform="translate(${x} ${y})">\n${panel(headline, bars)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">
<title>Quire beside other servers for Yjs</title>
<style>${STYLE}
</style>
${drawn.join("\n")}
${text(0, height - HEAD / 2, "note", caption(results.machine))}
</svg>
`;
}

/** The best on top. */
function barsOf({ modes }: Results, { mode, case: number, column, better }: Headline): Bar[] {
  const rows = modes.find(({ name }) => name === mode)?.rows ?? [];
  const group = [...Map.groupBy(rows, (row) => row.case).values()][number] ?? [];
  const bars = group.flatMap(({ peer, figures }) => {
    const value = figures[column]?.median;
    return value === undefined ? [] : { peer, value };
  });
  const sign = better === "higher" ? -1 : 1;
  return bars.toSorted((one, other) => sign * (one.value - other.value));
}

function panel({ title, better }: Headline, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ peer, value }, n) => {
    const middle = HEAD + (n + 0.5) * BAR.distance;
    const length = Math.max(1, (value / most) * BAR.length);
    const [y, right] = [middle - BAR.height / 2, BAR.left + length + 6];
    return `${text(0, middle, peer, LABELS[peer])}
<rect class="${peer}" x="${BAR.left}" y="${y}" width="${length.toFixed(1)}" height="${BAR.height}" rx="2"/>
${text(right, middle, peer, COMPACT.format(value))}`;
  });
  const head = `${escaped(title)} <tspan class="note">${better === "higher" ? "more" : "less"} is better</tspan>`;
  return [`<text y="${HEAD / 2}" class="title">${head}</text>`, ...lines].join("\n");
}

function caption({ cpu, node, date, versions }: Machine): string {
  const peers = `y-websocket ${versions["@y/websocket-server"]}, Hocuspocus ${versions["@hocuspocus/server"]}`;
  return `Server on one core of ${cpu}, node ${node}, ${peers}; ${date.slice(0, 10)}`;
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${kind}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
