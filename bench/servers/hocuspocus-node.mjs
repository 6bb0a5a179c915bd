/**
 * Hocuspocus as one of several nodes, with its own defaults: its Redis extension carries,
 * its Database extension keeps whole documents in Postgres. REDIS_URL, DATABASE_URL.
 */
import { Database } from "@hocuspocus/extension-database";
import { Redis } from "@hocuspocus/extension-redis";
import { Server } from "@hocuspocus/server";
import { Pool } from "pg";

const { hostname, port } = new URL(process.env.REDIS_URL);
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
await pool.query("CREATE TABLE IF NOT EXISTS documents (name text PRIMARY KEY, data bytea)");

async function fetch({ documentName }) {
  const { rows } = await pool.query("SELECT data FROM documents WHERE name = $1", [documentName]);
  return rows[0]?.data ?? null;
}

async function store({ documentName, state }) {
  await pool.query(
    "INSERT INTO documents VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = $2",
    [documentName, state],
  );
}

const server = new Server({
  port: 0,
  address: "127.0.0.1",
  quiet: true,
  extensions: [new Redis({ host: hostname, port: Number(port) }), new Database({ fetch, store })],
});
await server.listen();
console.log(`http://127.0.0.1:${server.address.port}`);
