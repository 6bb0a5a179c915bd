/**
 * The capacity model of `docs/SCALING.md`: reads what a node costs from `docs/benchmark-nodes.json`,
 * and writes its tables. Knows nothing of how that was measured.
 */
import { readFileSync, writeFileSync } from "node:fs";

const COSTS = new URL("../docs/benchmark-nodes.json", import.meta.url);
const PAGE = new URL("../docs/SCALING.md", import.meta.url);

/** How people are taken to behave; the page says so in words. */
const HABITS = { typing: 0.05, updates: 4, moves: 2, circle: 4, apart: 0.1 };

/** How much of a core is planned with, so that there is room for what comes at once. */
const LOAD = { node: 0.6, redis: 0.5, postgres: 0.5 };

/** They all come back at once when a node ends. */
const MOST_PEOPLE_A_NODE = 10_000;

/** So that one may be away. */
const FEWEST_NODES = 2;

/** A node commits so often at most, a second. */
const MOST_COMMITS = 200;

const CONNECTIONS_A_NODE = 9;

const PEOPLE = [1000, 10_000, 100_000, 1_000_000];

/** By the names of the file. Processor time in microseconds. */
type Costs = Readonly<Record<keyof typeof WORDS, number>>;

const WORDS = {
  taken: "node, an update that it takes in, commits and publishes, µs",
  received: "node, an update that it gets from another, µs",
  delivery: "node, a delivery to one reader, µs",
  roomCpu: "node, an open document, µs a second",
  connectionCpu: "node, a connection, µs a second",
  connectionKilobytes: "node, a connection, kB",
  roomKilobytes: "node, an open document, kB",
  nodeMegabytes: "node with nothing open, MB",
  postgres: "Postgres, an update, µs",
  roomPostgres: "Postgres, an open document, µs a second",
  wal: "Postgres, an update, bytes of write-ahead log",
  stored: "Postgres, an update, bytes of tables before it is packed",
  redis: "Redis, an update that one node publishes and one receives, µs",
  busIn: "Redis, an update, bytes in",
  busOut: "Redis, an update, bytes out to one node",
};

function readCosts(): Costs {
  const { modes } = JSON.parse(readFileSync(COSTS, "utf8")) as {
    modes: { name: string; rows: { figures: Record<string, { median: number }> }[] }[];
  };
  const rows = modes.find(({ name }) => name === "node-costs")?.rows ?? [];
  const figures = Object.assign(
    {},
    ...rows.map((row) => row.figures),
  ) as (typeof rows)[0]["figures"];
  const costOf = (name: string) => {
    const figure = figures[name];
    if (!figure) throw new Error(`${COSTS.pathname} has no ${name}`);
    // What is too small to be told from nothing may come out below it.
    return Math.max(0, figure.median);
  };
  const names = Object.keys(WORDS) as (keyof Costs)[];
  return Object.fromEntries(names.map((name) => [name, costOf(name)])) as Costs;
}

/** What so many people need, in the order of the table's rows. */
function plan(people: number, cost: Costs): (readonly [string, number])[] {
  const { typing, updates, moves, circle, apart } = HABITS;
  const documents = people / circle;
  const written = people * typing * updates;
  const moved = people * typing * moves;
  const micro = 1e-6;
  const nodeCores =
    micro *
    (written * (cost.taken + apart * cost.received) +
      moved * apart * cost.received +
      (written + moved) * (circle - 1) * cost.delivery +
      documents * (1 + apart) * cost.roomCpu +
      people * cost.connectionCpu);
  const nodes = Math.ceil(
    Math.max(nodeCores / LOAD.node, people / MOST_PEOPLE_A_NODE, FEWEST_NODES),
  );
  const kilobytes =
    people * cost.connectionKilobytes + documents * (1 + apart) * cost.roomKilobytes;
  const redisCores = micro * (written + moved) * cost.redis;
  const postgresCores =
    micro * (written * cost.postgres + documents * (1 + apart) * cost.roomPostgres);
  const megabyte = 1e6;
  return [
    ["updates a second", written],
    ["cores of nodes in use", nodeCores],
    ["**nodes**, a core each", nodes],
    ["MB of memory a node", cost.nodeMegabytes + kilobytes / 1024 / nodes],
    ["Redis, cores in use", redisCores],
    ["**Redis**, servers", Math.ceil(redisCores / LOAD.redis)],
    [
      "Redis, MB a second in and out",
      ((written + moved) * (cost.busIn + apart * cost.busOut)) / megabyte,
    ],
    ["**Postgres**, cores", Math.ceil(postgresCores / LOAD.postgres)],
    ["Postgres, connections", nodes * CONNECTIONS_A_NODE],
    ["Postgres, commits a second", Math.min(written, nodes * MOST_COMMITS)],
    ["Postgres, MB a second of write-ahead log", (written * cost.wal) / megabyte],
    ["Postgres, GB in eight such hours before packing", (written * cost.stored * 8 * 3600) / 1e9],
  ];
}

function tables(costs: Costs): string {
  const plans = PEOPLE.map((people) => plan(people, costs));
  const names = plans[0]?.map(([name]) => name) ?? [];
  const measured = Object.entries(WORDS).map(([name, words]) =>
    lineOf([`\`${name}\``, words, shown(costs[name as keyof Costs])]),
  );
  const needed = names.map((name, row) =>
    lineOf([name].concat(plans.map((each) => shown(each[row]?.[1] ?? 0)))),
  );
  const people = ["people connected"].concat(PEOPLE.map(shown));
  return `${tableOf(["", "measured", "cost"], measured)}\n\n${tableOf(people, needed)}`;
}

function tableOf(head: readonly string[], lines: readonly string[]): string {
  return [lineOf(head), lineOf(head.map(() => "---")), ...lines].join("\n");
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Two digits that mean something are as many as there are. */
function shown(value: number): string {
  const rounded =
    value >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(2));
  return rounded.toLocaleString("en");
}

const [before = "", , after = ""] = readFileSync(PAGE, "utf8").split(
  /^<!-- (?:computed|end) -->$/m,
);
const middle = `<!-- computed -->\n\n${tables(readCosts())}\n\n<!-- end -->`;
writeFileSync(PAGE, `${before}${middle}${after}`);
