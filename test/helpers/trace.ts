/** How busy a page's main thread is, from the browser's own trace: processor time, so that other work on the machine does not count. */
import type { Page } from "playwright-core";

export interface Busy {
  /** Processor time of each task in milliseconds, longest first. */
  readonly tasks: readonly number[];
  /** How many frames were made. */
  readonly frames: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Much what a page does: objects, strings, sorting. */
const YARDSTICK = `(() => {
  const lines = Array.from({ length: 60000 }, (_, n) => ({ n, text: "line " + ((n * 7919) % 60013) }));
  lines.sort((one, other) => (one.text < other.text ? -1 : 1));
  return lines.reduce((sum, { n, text }) => sum + n * text.length, 0);
})()`;

/** What that takes where the bounds of these tests were set, in milliseconds of processor time. */
const YARDSTICK_MS = 85;

/** How many times as long this machine takes for the same work at the moment; 1 where it is not slower. */
export async function slowness(page: Page): Promise<number> {
  const { tasks } = await traced(page, async () => {
    for (let run = 0; run < 5; run += 1) await page.evaluate(YARDSTICK);
  });
  return Math.max(1, (tasks[2] ?? 0) / YARDSTICK_MS);
}

/** Traces the page while `act` runs. */
export async function traced(page: Page, act: () => Promise<void>): Promise<Busy> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  let trace = "";
  try {
    await act();
  } finally {
    // Or the browser would trace on, and no other test could begin to.
    trace = String(await browser.stopTracing());
  }
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const isMain = ({ name, args }: TraceEvent) =>
    name === "thread_name" && args?.name === "CrRendererMain";
  const mains = new Set(traceEvents.filter(isMain).map(threadOf));
  const events = traceEvents.filter((event) => mains.has(threadOf(event)));
  const tasks = events
    .filter(({ name }) => name === "ThreadControllerImpl::RunTask")
    .map(({ tdur = 0 }) => tdur / 1000)
    .toSorted((a, b) => b - a);
  return { tasks, frames: events.filter(({ name }) => name === "FireAnimationFrame").length };
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`;
}
