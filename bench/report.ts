/** Results as Markdown: one table a mode, with what is to be known of single rows below it. */
import type { Column, Mode } from "./mode.ts";
import { isDisturbed, median, type Row } from "./results.ts";

/** A server that leaves more than this share of its core idle was not the bottleneck. */
const IDLE = 0.15;

/** What is to be known of a row, and by which mark. */
const REMARKS: readonly {
  /** In Markdown. */
  readonly mark: string;
  readonly text: string;
  readonly applies: (row: Row, mode: Mode) => boolean;
}[] = [
  {
    mark: "\\*",
    text: "others had more than 5 % of the server's core in some of its runs",
    applies: ({ shares }) => shares.some(isDisturbed),
  },
  {
    mark: "†",
    text: "the server's core was idle for more than 15 % of the time: the load generator was slower",
    applies: ({ shares }, { saturates }) =>
      saturates === true &&
      median(shares.map(({ server, foreign }) => 1 - server - foreign)) > IDLE,
  },
  {
    mark: "‡",
    text: "some of its runs failed",
    applies: ({ failures }) => failures.length > 0,
  },
];

/** The table of one mode, under a heading. */
export function section(mode: Mode, rows: readonly Row[]): string {
  return `## ${mode.name}\n\n${mode.title}.\n\n${table(mode, rows)}\n`;
}

/** The table of one mode, and its remarks. */
export function table(mode: Mode, rows: readonly Row[]): string {
  const lines = mode.isList ? figureByFigure(mode, rows) : rowByRow(mode, rows);
  const body = lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
  return body + footnotes(mode, rows);
}

/** Each case has figures of its own. */
function figureByFigure(mode: Mode, rows: readonly Row[]): string[][] {
  const lines = [
    ["", "", "median", "from", "to"],
    ["---", "---", "--:", "--:", "--:"],
  ];
  for (const row of rows) {
    const columns = mode.columns.filter(({ name }) => row.figures[name]);
    for (const [n, { name, title, digits }] of columns.entries()) {
      const { median: middle = 0, min = 0, max = 0 } = row.figures[name] ?? {};
      const figures = [middle, min, max].map((value) => rounded(value, digits));
      lines.push([n === 0 ? row.case + marks(row, mode) : "", title, ...figures]);
    }
  }
  return lines;
}

function rowByRow(mode: Mode, rows: readonly Row[]): string[][] {
  const compares = rows.some(isRival);
  const heads = mode.columns.map(
    ({ title, better }) => `${title} ${better === "higher" ? "↑" : "↓"}`,
  );
  const lines = [
    ["", "", ...heads, ...(compares ? ["Quire : best other"] : [])],
    ["---", "---", ...heads.map(() => "--:"), ...(compares ? ["--:"] : [])],
  ];
  for (const group of Map.groupBy(rows, (row) => row.case).values()) {
    for (const [n, row] of group.entries()) {
      const figures = mode.columns.map((column) => cell(column, row, group));
      const last = compares ? [row.peer === "quire" ? ratio(mode, group) : ""] : [];
      lines.push([n === 0 ? row.case : "", row.peer + marks(row, mode), ...figures, ...last]);
    }
  }
  return lines;
}

/** The relay keeps nothing and knows no documents: it is the mark to reach, and wins nothing. */
function isContender({ peer }: Row): boolean {
  return peer !== "relay";
}

function isRival(row: Row): boolean {
  return isContender(row) && row.peer !== "quire";
}

function cell({ name, better, digits }: Column, row: Row, group: readonly Row[]): string {
  const value = row.figures[name]?.median;
  if (value === undefined) return row.failures.length > 0 ? "failed" : "–";
  const contenders = group.filter((each) => isContender(each) && each.figures[name]);
  const text = rounded(value, digits);
  const isBest = contenders.includes(row) && value === best(contenders, name, better);
  return isBest && contenders.length > 1 ? `**${text}**` : text;
}

function rounded(value: number, digits: number): string {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString("en", format);
}

function best(rows: readonly Row[], column: string, better: Column["better"]): number | undefined {
  const values = rows.flatMap(({ figures }) => figures[column]?.median ?? []);
  if (values.length === 0) return undefined;
  return better === "higher" ? Math.max(...values) : Math.min(...values);
}

/** How many times as good as the best of the others Quire is: above 1 is better, whatever the column. */
function ratio({ columns, headline }: Mode, group: readonly Row[]): string {
  const column = columns.find(({ name }) => name === headline) ?? columns[0];
  const own = column && group.find(({ peer }) => peer === "quire")?.figures[column.name]?.median;
  const rivals = group.filter(isRival);
  const other = column && best(rivals, column.name, column.better);
  if (own === undefined || other === undefined) return "–";
  const times = own === other ? 1 : column?.better === "higher" ? own / other : other / own;
  return Number.isFinite(times) && times > 0 ? `${times.toFixed(times < 10 ? 1 : 0)} ×` : "–";
}

function marks(row: Row, mode: Mode): string {
  const applying = REMARKS.filter(({ applies }) => applies(row, mode));
  return applying.map(({ mark }) => ` ${mark}`).join("");
}

function footnotes(mode: Mode, rows: readonly Row[]): string {
  const applying = REMARKS.filter(({ applies }) => rows.some((row) => applies(row, mode)));
  return applying.map(({ mark, text }) => `\n${mark} ${text}.\n`).join("");
}
