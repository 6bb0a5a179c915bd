/** What a page says while its server cannot reach the other nodes, and what it still does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage } from "../../server/rest/page.ts";
import { partsOf, person } from "../helpers/browser.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { ROOT } from "../helpers/program.ts";
import { createDocument, exportText } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

const services = servicesOfFile();

test("[X77] a page whose server cannot reach the others says that theirs may take a second, and that all is saved as soon as it is", async (t) => {
  const pageDir = builtPage(`${ROOT}/web/dist`);
  const { nodes, lines } = await startNodes(t, services(), 2, { pageDir });
  const [one, two] = nodes;
  assert.ok(one && two);
  const document = await createDocument(one);
  const [anna, ben] = [await person(t), await person(t)];
  for (const [page, node] of [
    [anna, one],
    [ben, two],
  ] as const) {
    await page.goto(`${node.url}/d/${document.id}#${document.editToken}`);
    await partsOf(page)
      .save.getByText(/^Saved$/)
      .waitFor();
  }
  lines[0]?.redis.cut();
  const apart = partsOf(anna).save.getByText(/^Saved – changes of others may take a second/);
  await apart.waitFor();
  await partsOf(anna).text.click();
  await anna.keyboard.type("written apart");
  await until(async () => (await exportText(two, document)) === "written apart");
  await apart.waitFor();
  await partsOf(ben).text.getByText("written apart").waitFor();
  await lines[0]?.redis.restore();
  await partsOf(anna)
    .save.getByText(/^Saved$/)
    .waitFor();
});
