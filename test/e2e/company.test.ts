/** Many people at once, and people who come and go. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { newDocument, partsOf, person, saveState } from "../helpers/browser.ts";
import { crowd, type Member, member } from "../helpers/crowd.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { seeded } from "../helpers/random.ts";
import { slowness, traced } from "../helpers/trace.ts";
import { until } from "../helpers/until.ts";

/** Between two moves of each of forty, in milliseconds. */
const ROUND_MS = 100;

/** A task that is longer is felt as a delay (W3C, Long Tasks). */
const LONG_TASK_MS = 50;

/** How often everybody moves. */
const ROUNDS = 40;

/** Keeps every text that a live region and the toast have had. */
const LISTEN = `globalThis.heard = { region: [], toast: [] };
  const keep = (list, element) => new MutationObserver(() => {
    if (element.textContent) heard[list].push(element.textContent);
  }).observe(element, { childList: true, characterData: true, subtree: true });
  keep("region", document.querySelector('[aria-label="Announcements"]'));
  keep("toast", document.querySelector(".toast"));`;

interface Heard {
  readonly region: readonly string[];
  readonly toast: readonly string[];
}

async function scene(t: TestContext) {
  const server = await startPageServer(t);
  const page = await person(t);
  const address = await newDocument(page, server.url);
  const come = (name: string) => member(t, server, address, name);
  const heard = () => page.evaluate<Heard>("heard");
  return { server, page, address, come, heard };
}

/** They hear nothing more, since what they would do with it is not what is measured. */
function deafen({ provider }: Member): void {
  Object.assign(provider.ws ?? {}, { onmessage: null });
}

/** Each of them jumps about ten times a second, for as many rounds. */
async function moveAbout(people: readonly Member[], rounds: number, place: () => number) {
  for (let round = 0; round < rounds; round++) {
    for (const [index, one] of people.entries()) {
      const head = place();
      one.move(head, index % 2 ? head : head + 60);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, ROUND_MS);
    await promise;
  }
}

test("[E166] forty people who move ten times a second in 100 kB take less than a quarter of the page's time, and no task that is felt", async (t) => {
  const { page, come } = await scene(t);
  const random = seeded(t);
  const ben = await come("Ben");
  ben.doc.transact(() => {
    for (let piece = 0; piece < 2500; piece++) {
      const words =
        piece % 5 === 0
          ? "and so on.\n"
          : "some words that go on for a while, and then some more, ";
      ben.text.insert(random.int(ben.text.length + 1), words);
    }
  });
  const others = await crowd(39, come);
  others.forEach(deafen);
  await until(async () => (await partsOf(page).people.count()) === 41);
  const { length } = ben.text;
  await moveAbout(others, 5, () => random.int(length - 60));
  const { tasks, frames } = await traced(page, () =>
    moveAbout(others, ROUNDS, () => random.int(length - 60)),
  );
  const slow = await slowness(page);
  const busy = tasks.reduce((sum, task) => sum + task, 0) / ROUNDS / slow;
  const longest = (tasks[0] ?? Infinity) / slow;
  const words = `${busy.toFixed(1)} ms of processor time in each ${ROUND_MS}, the longest task ${longest.toFixed(1)} ms, of a machine that is ${slow.toFixed(2)} times as fast`;
  t.diagnostic(`${length} characters, ${frames} frames: ${words}`);
  assert.ok(frames >= 30, `${frames} frames`);
  assert.ok(busy < ROUND_MS / 4, words);
  assert.ok(longest < LONG_TASK_MS, words);
});

test("[E168] who comes is told by a toast, and read out once, by one region; the toast and the save state keep silent", async (t) => {
  const { page, come, heard } = await scene(t);
  await saveState(page, "Saved");
  await page.evaluate(LISTEN);
  await crowd(5, come);
  const toast = page.getByRole("status", { name: "Notice" });
  await toast.getByText(/^Guest \d, Guest \d and 3 others joined$/).waitFor();
  assert.equal(await toast.getAttribute("aria-live"), "off");
  assert.equal(await partsOf(page).save.getAttribute("aria-live"), "off");
  await partsOf(page).text.click();
  await page.keyboard.type("several keys");
  await saveState(page, "Saved");
  await page.context().setOffline(true);
  await until(async () => (await heard()).region.at(-1)?.startsWith("Offline"), {
    what: "going offline is read out",
  });
  await page.context().setOffline(false);
  await until(async () => (await heard()).region.at(-1) === "Saved");
  const { region, toast: shown } = await heard();
  assert.deepEqual(shown.length, 1);
  assert.equal(region.length, 3, region.join(" | "));
  assert.match(region[0] ?? "", /joined$/);
});
