/** Prints what the page costs as a Markdown table: `node bench/page/main.ts`, once it is built. */
import { measurePage } from "./measurement.ts";

const { firstVisit, emptyHeap, typing } = await measurePage();
const { p50, p95, p99 } = typing.latency;

const ms = (value: number) => `${value.toFixed(1)} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const rows = [
  ["first visit, fetched over HTTP", `${(firstVisit.bytes / 1e3).toFixed(1)} kB`],
  ["first visit, navigation to first letter, median of 5", ms(firstVisit.firstKeyMs)],
  ["100 kB and ten writers, key to frame, p50", ms(p50)],
  ["100 kB and ten writers, key to frame, p95", ms(p95)],
  ["100 kB and ten writers, key to frame, p99", ms(p99)],
  ["JavaScript heap, empty document", megabytes(emptyHeap)],
  ["JavaScript heap, 100 kB after ten writers", megabytes(typing.heap)],
];
process.stdout.write("| measured | value |\n|---|---|\n");
for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
