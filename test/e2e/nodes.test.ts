/** Two people in browsers, each on another node, while what lies between the nodes comes and goes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { newDocument, partsOf, person } from "../helpers/browser.ts";
import { servicesOfFile, startNodes } from "../helpers/nodes.ts";
import { ROOT } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";
import { builtPage } from "../../server/rest/page.ts";

const services = servicesOfFile();

test("[E244] people on two nodes write together, and the page says how it stands while Redis or Postgres is away", async (t) => {
  const pageDir = builtPage(`${ROOT}/web/dist`);
  const { nodes, lines } = await startNodes(t, services(), 2, { pageDir });
  const [one, two] = nodes;
  const [line] = lines;
  assert.ok(one && two && line);
  const anna = await person(t);
  const address = await newDocument(anna, one.url);
  const ben = await person(t);
  await ben.goto(address.replace(one.url, two.url));
  const [hers, his] = [partsOf(anna), partsOf(ben)];
  await his.text.pressSequentially("Written on one node. ");
  await until(async () => (await hers.text.innerText()).includes("Written on one node."));
  await until(async () => (await hers.people.count()) === 2 && (await his.people.count()) === 2);

  const { redis } = services();
  await redis.kill();
  await until(async () => (await hers.save.innerText()).startsWith("Saved –"));
  await his.text.pressSequentially("Apart. ");
  await until(async () => (await hers.text.innerText()).includes("Apart."));
  await redis.start();
  await until(async () => (await hers.save.innerText()) === "Saved");

  line.postgres.cut();
  await hers.text.pressSequentially("Kept. ");
  await until(async () => (await hers.save.innerText()).startsWith("Not saved"));
  await line.postgres.restore();
  await until(async () => (await hers.save.innerText()) === "Saved", { timeoutMs: 20_000 });
  await until(async () => (await his.text.innerText()).includes("Kept."));
});
