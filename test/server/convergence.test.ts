import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seeded } from "../helpers/random.ts";
import { createDocument, exportText, startServer } from "../helpers/server.ts";
import { type StockClient, syncedClient } from "../helpers/stock-client.ts";
import { until } from "../helpers/until.ts";

const WORDS = ["quire ", "fold", "ink\n", "páper ", "🪶", "# "];

function edit({ text }: StockClient, random: Random): void {
  const at = random.int(text.length + 1);
  if (text.length > 50 && random.int(4) === 0)
    text.delete(at, random.int(text.length - at + 1) >> 2);
  else text.insert(at, random.pick(WORDS));
}

async function converged(clients: readonly StockClient[]): Promise<string> {
  await until(() => new Set(clients.map(({ text }) => text.toString())).size === 1, {
    what: "all clients have the same text",
    timeoutMs: 20_000,
  });
  return clients[0]?.text.toString() ?? "";
}

test("[V1] many stock clients typing at once converge, equal the export, and survive a restart", async (t) => {
  const random = seeded(t);
  const server = await startServer(t);
  const document = await createDocument(server);
  const clients: StockClient[] = [];
  for (let n = 0; n < 8; n++) {
    clients.push(await syncedClient(t, server, document, { version: n % 2 ? 2 : 3 }));
  }
  for (let round = 0; round < 100; round++) {
    for (const client of clients) edit(client, random);
    if (round % 10 === 0) await new Promise(setImmediate);
  }
  const text = await converged(clients);
  assert.equal(await exportText(server, document), text);
  for (const client of clients) client.destroy();
  await server.close();
  const again = await startServer(t, { dataDir: server.dataDir });
  assert.equal(await exportText(again, document), text);
});

test("[V2] what was typed while the server was away arrives when it is back", async (t) => {
  const server = await startServer(t);
  const port = new URL(server.url).port;
  const document = await createDocument(server);
  const [anna, ben] = [
    await syncedClient(t, server, document),
    await syncedClient(t, server, document, { version: 2 }),
  ];
  anna.text.insert(0, "before ");
  await until(() => ben.text.toString() === "before ");
  await server.close();
  await until(() => !anna.provider.wsconnected && !ben.provider.wsconnected);
  anna.text.insert(anna.text.length, "anna ");
  ben.text.insert(ben.text.length, "ben ");
  const again = await startServer(t, { dataDir: server.dataDir, env: { PORT: port } });
  const text = await converged([anna, ben]);
  assert.match(text, /^before (anna ben |ben anna )$/);
  await until(async () => (await exportText(again, document)) === text);
});

test("[V3] stock clients see each other, and see each other go", async (t) => {
  const server = await startServer(t);
  const document = await createDocument(server);
  const anna = await syncedClient(t, server, document);
  const ben = await syncedClient(t, server, document, { version: 2 });
  anna.provider.awareness.setLocalStateField("user", { name: "Anna" });
  const seen = () => ben.provider.awareness.getStates().get(anna.doc.clientID)?.user;
  await until(() => seen()?.name === "Anna");
  const late = await syncedClient(t, server, document);
  await until(() => late.provider.awareness.getStates().has(anna.doc.clientID));
  anna.provider.ws?.close();
  await until(() => !ben.provider.awareness.getStates().has(anna.doc.clientID));
  await until(() => seen()?.name === "Anna", { what: "Anna is visible again after reconnecting" });
  const id = anna.doc.clientID;
  anna.destroy();
  await until(() => !late.provider.awareness.getStates().has(id));
});
