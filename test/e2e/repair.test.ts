import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person, saveState, textIn } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { createDocument } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";
import { flip, tamper } from "../persistence/sqlite-fixtures.ts";

test("[E27] while something of a document is lost the page takes no typing, and a browser that has it brings it back", async (t) => {
  const before = await startPageServer(t);
  const [anna, ben] = [await person(t), await person(t)];
  const address = await newDocument(anna, before.url);
  await anna.keyboard.type("one two");
  await saveState(anna, "Saved");
  const kept = new URL(address);
  await anna.goto("about:blank");
  await before.close();
  tamper(
    before.dataDir,
    `UPDATE updates SET bytes = ${flip("bytes")} WHERE seq = (SELECT max(seq) - 1 FROM updates)`,
  );
  const server = await startPageServer(t, {
    dataDir: before.dataDir,
    env: { PORT: kept.port },
  });
  await ben.goto(`${server.url}${kept.pathname}${kept.hash}`);
  await saveState(ben, "Read only");
  const notice = ben.getByRole("region", { name: "Damaged document" });
  await notice.getByText("Its owner can also let everybody go on with it as it is.").waitFor();
  await partsOf(ben).text.click();
  await ben.keyboard.type("x");
  assert.equal(await textIn(ben), "one t");
  assert.equal(await partsOf(ben).title.isEditable(), false);
  await anna.goto(address);
  await saveState(ben, "Saved");
  await until(async () => (await textIn(ben)) === "one two");
  await notice.waitFor({ state: "detached" });
});

test("[E28] the owner of a damaged document can go on without what is lost", async (t) => {
  const before = await startPageServer(t);
  const { id, editToken, ownerToken } = await createDocument(before, { content: "lost" });
  await before.close();
  tamper(before.dataDir, `UPDATE updates SET bytes = ${flip("bytes")}`);
  const server = await startPageServer(t, { dataDir: before.dataDir });
  const owner = await person(t);
  await owner.addInitScript(
    ([key, token]) => localStorage.setItem(key ?? "", JSON.stringify(token)),
    [`quire:owner:${id}`, ownerToken],
  );
  await owner.goto(`${server.url}/d/${id}#${editToken}`);
  await saveState(owner, "Read only");
  await owner.getByRole("button", { name: "Go on as it is" }).click();
  await saveState(owner, "Saved");
  await partsOf(owner).text.click();
  await owner.keyboard.type("new");
  await until(async () => (await textIn(owner)) === "new");
  await saveState(owner, "Saved");
});
