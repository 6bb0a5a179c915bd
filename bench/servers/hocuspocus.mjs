/** Hocuspocus with its SQLite extension at DATABASE, in WAL mode, and its own defaults. */
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

class Database extends SQLite {
  async onConfigure() {
    await super.onConfigure();
    this.db.pragma("journal_mode = WAL");
  }
}

const server = new Server({
  port: 0,
  address: "127.0.0.1",
  quiet: true,
  extensions: [new Database({ database: process.env.DATABASE })],
});
await server.listen();
console.log(`http://127.0.0.1:${server.address.port}`);
