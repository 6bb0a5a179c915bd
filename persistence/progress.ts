/**
 * Shows how far a long piece of work has come: a bar on a terminal, elsewhere a line
 * at each tenth. Knows no process.
 */

const BAR_LENGTH = 30;
const CLEAR_LINE = "\r\u001B[K";

/** Where it is shown, such as `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Answers what is to be told of each step; on a terminal the bar is gone after the last.
 * @param what Is counted; or what there is to say at a step.
 */
export function progressOn(
  output: ProgressOutput,
  what: string | (() => string),
): (done: number, total: number) => void {
  const steps = output.isTTY ? 100 : 10;
  let shown = 0;
  return (done, total) => {
    const step = total === 0 ? steps : Math.floor((done / total) * steps);
    if (step <= shown) return;
    shown = step;
    const count = typeof what === "string" ? `${done} of ${total} ${what}` : what();
    if (!output.isTTY) output.write(`${count}\n`);
    else output.write(done === total ? CLEAR_LINE : `${CLEAR_LINE}${bar(done / total)} ${count}`);
  };
}

function bar(share: number): string {
  const full = Math.round(share * BAR_LENGTH);
  return "█".repeat(full) + "░".repeat(BAR_LENGTH - full);
}
