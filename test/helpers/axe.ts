/** What axe-core finds wrong on a page, by the rules of WCAG 2.2 AA and good practice. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** @param state What is said to be wrong, if something is. */
export async function findNothing(page: Page, state: string): Promise<void> {
  // Past the content policy, as the developer tools are.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  // Nothing is judged while it is fading in.
  await page.evaluate(() => {
    for (const running of document.getAnimations()) {
      // The caret blinks for ever.
      if (running.effect?.getComputedTiming().endTime !== Infinity) running.finish();
    }
  });
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: { type: "tag", values },
      } as never),
    RULES,
  );
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${html} ${failureSummary}`),
  );
  if (process.env.AXE) {
    for (const f of found) console.log("AXE", state, f);
  } else assert.deepEqual(found, [], state);
}
