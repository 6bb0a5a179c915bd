import assert from "node:assert/strict";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { Provider } from "../../web/sync/provider.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { until } from "../helpers/until.ts";

test("[V6] one key press goes through the provider, the room, the log and the disk, into another browser's document, and back as an acknowledgement", async (t) => {
  const server = await startServer(t);
  const { id, editToken: token } = await createDocument(server);
  const join = () => {
    const doc = new Y.Doc();
    const provider = new Provider({ doc, url: `${server.wsUrl}/${id}`, token: () => token });
    t.after(() => provider.destroy());
    return { doc, provider, text: doc.getText(CONTENT) };
  };
  const [writer, reader] = [join(), join()];
  await until(() => writer.provider.synced.value && reader.provider.synced.value);
  const sent: Uint8Array[] = [];
  writer.doc.on("update", (update: Uint8Array) => sent.push(update));
  writer.text.insert(0, "k");
  assert.equal(writer.provider.unsaved.value, 1);
  await until(() => reader.text.toString() === "k");
  await until(() => writer.provider.unsaved.value === 0);
  const database = new Sqlite(`${server.dataDir}/quire.sqlite`, { readonly: true });
  const rows = database.prepare<[], { bytes: Buffer }>("SELECT bytes FROM updates").all();
  database.close();
  assert.deepEqual(
    rows.map(({ bytes }) => Array.from(bytes)),
    sent.map((update) => Array.from(update)),
  );
});
