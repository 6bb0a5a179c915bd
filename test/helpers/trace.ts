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
