import { test } from "node:test";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { makeLink } from "../../server/access/link.ts";
import { newDocumentId } from "../../server/access/token.ts";
import { partsOf, person, saveState } from "../helpers/browser.ts";
import { type History, history, updatesOf } from "../helpers/histories.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

/** The whole history as a document's log, as if it had been typed here. */
async function store(dataDir: string, given: History) {
  const id = newDocumentId();
  const database = await openSqliteStore({ dataDir });
  const { token, record } = makeLink("edit", 0);
  await database.create({ id, createdAt: 0, links: [record] });
  const entries = updatesOf(given).map((update, index) => ({
    documentId: id,
    seq: index + 1,
    author: record.id,
    at: index,
    update,
  }));
  await database.append(entries);
  await database.compact(id, entries.length);
  await database.close();
  return { path: `/d/${id}#${token}`, edits: entries.length };
}

/** Longest and median time between two frames while the page scrolls through the whole text. */
const SCROLL = `new Promise((resolve) => {
  const scroller = document.querySelector(".cm-scroller");
  const frames = [];
  const step = (time) => {
    frames.push(time);
    scroller.scrollTop += 400;
    const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
    if (atEnd || frames.length > 400) resolve(frames.slice(1).map((at, index) => at - frames[index]));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/** Milliseconds from each key to the frame that shows it. */
const KEYS = `globalThis.keys = [];
  addEventListener("keydown", () => {
    const pressed = performance.now();
    requestAnimationFrame(() => keys.push(performance.now() - pressed));
  }, true);`;

function summary(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

test("[E17] a document of 260,000 edits opens, scrolls and takes typing; how smoothly is printed", async (t) => {
  const given = history("automerge-paper");
  if (!given) {
    t.diagnostic("the history is not on this machine; nothing was opened");
    return;
  }
  const dataDir = await temporaryFolder(t);
  const { path, edits } = await store(dataDir, given);
  const server = await startPageServer(t, { dataDir });
  const page = await person(t);
  const began = performance.now();
  await page.goto(server.url + path);
  await partsOf(page).text.waitFor();
  t.diagnostic(`${edits} edits open in ${(performance.now() - began).toFixed(0)} ms`);
  t.diagnostic(`scrolling, between frames: ${summary(await page.evaluate<number[]>(SCROLL))}`);
  await partsOf(page).text.click();
  await page.evaluate(KEYS);
  await page.keyboard.type("Typed in the midst of it all, at the speed of a fast person.", {
    delay: 20,
  });
  t.diagnostic(`typing, key to frame: ${summary(await page.evaluate<number[]>("keys"))}`);
  await saveState(page, "Saved");
});
