/** Random keys of the database, the same for all nodes. */
import { randomBytes } from "node:crypto";
import type { Database } from "./database.ts";

const SECRET_BYTES = 32;

const ADD = "INSERT INTO secrets (name, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";

const FIND = "SELECT bytes FROM secrets WHERE name = $1";

/** Whichever node asks first makes it. */
export async function secretOf(database: Database, name: string): Promise<Uint8Array> {
  const [known] = await database.rows<{ bytes: Uint8Array }>(FIND, [name]);
  if (known) return known.bytes;
  await database.run(ADD, [name, randomBytes(SECRET_BYTES)]);
  return secretOf(database, name);
}
