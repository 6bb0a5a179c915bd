/** Prints what the page costs as a Markdown table: `node bench/page/main.ts`, once it is built. */
import { measurePage } from "./measurement.ts";

const { firstVisit, emptyHeap, typing } = await measurePage();
const ms = (value: number) => `${value.toFixed(1)} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const rows = [
  ["first visit, fetched over HTTP", `${(firstVisit.bytes / 1e3).toFixed(1)} kB`],
  ["first visit, navigation to first letter, median of 5", ms(firstVisit.firstKeyMs)],
  ["JavaScript heap, empty document", megabytes(emptyHeap)],
  ...typing.flatMap(({ isCrowded, isPreviewed, latency, heap }) => {
    const company = isCrowded ? "ten writers" : "alone";
    const way = `100 kB, ${company}, preview ${isPreviewed ? "open" : "closed"}`;
    const { p50, p95, p99 } = latency;
    return [
      [`${way}: key to frame, p50 / p95 / p99`, [p50, p95, p99].map(ms).join(" / ")],
      [`${way}: JavaScript heap`, megabytes(heap)],
    ];
  }),
];
process.stdout.write("| measured | value |\n|---|---|\n");
for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
