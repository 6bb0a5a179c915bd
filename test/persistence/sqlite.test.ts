/** The store on SQLite keeps the contract of every store, and its options are checked. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { openSqliteStore } from "../../persistence/sqlite/client.ts";
import { rejection } from "../contract/sample-documents.ts";
import { storeContract } from "../contract/store-contract.ts";
import { webhookContract } from "../contract/webhook-contract.ts";
import { fuzzStore } from "../contract/store-fuzz.ts";
import { seeded } from "../helpers/random.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { databaseIn, openStore } from "./sqlite-fixtures.ts";

storeContract("sqlite", openStore);
webhookContract("sqlite", openStore);

test("[P14] what was stored always loads as what was edited (sqlite)", async (t) => {
  const dataDir = await temporaryFolder(t);
  const store = await openStore(t, { dataDir });
  await fuzzStore({
    store,
    random: seeded(t),
    steps: 400,
    reopen: async (open) => {
      await open.close();
      return openStore(t, { dataDir });
    },
  });
});

test("[P15] an option that does not exist is refused", async (t) => {
  const options = { dataDir: await temporaryFolder(t), commitInterval: 5 };
  await assert.rejects(openSqliteStore(options), TypeError);
});

test("[P16] a folder that cannot be made is failing, a file that is no database is corrupt", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "file");
  await writeFile(file, "x");
  const unmade = await rejection(openSqliteStore({ dataDir: join(file, "data") }), "failing");
  assert.match(unmade.hint ?? "", /DATA_DIR/);
  await writeFile(databaseIn(folder), "This is a letter and no database at all. ".repeat(200));
  const letter = await rejection(openSqliteStore({ dataDir: folder }), "corrupt");
  assert.match(letter.hint ?? "", /backup/);
  assert.match(String(letter.cause), /SQLITE_NOTADB/);
});
