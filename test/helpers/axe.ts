/** What axe-core finds wrong on a page, by the rules of WCAG 2.2 AA and good practice. */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

export const WIDE = { width: 1280, height: 720 };
export const PHONE = { width: 390, height: 844 };

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** In both themes, and on both screens; afterwards the screen is wide. */
export async function judge(page: Page, state: string, sizes = [WIDE, PHONE]): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await findNothing(page, `${state}, ${size.width} wide, ${colorScheme}`);
    }
  }
  await page.setViewportSize(WIDE);
}

/** @param state What is said to be wrong, if something is. */
async function findNothing(page: Page, state: string): Promise<void> {
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
  assert.deepEqual(found, [], state);
}
