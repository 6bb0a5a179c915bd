/** What calls on a document do with its room: hold it for as long as they need, and read its metadata. */
import type { DocumentMetadata } from "#protocol/rest.ts";
import type { Grant } from "../access/access.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** Gives the room back whatever comes of it. */
export async function inRoom<T>(
  rooms: Pick<Rooms, "open">,
  { documentId }: Pick<Grant, "documentId">,
  use: (room: Room) => Promise<T>,
): Promise<T> {
  const lease = await rooms.open(documentId);
  try {
    return await use(lease.room);
  } finally {
    lease.release();
  }
}

/** As the holder of the grant is told. */
export async function metadataOf(room: Room, grant: Grant): Promise<DocumentMetadata> {
  const { title, content } = await room.read();
  return {
    id: room.documentId,
    title,
    role: grant.role,
    createdAt: new Date(room.createdAt).toISOString(),
    updatedAt: new Date(room.updatedAt).toISOString(),
    epoch: room.epoch,
    length: content.length,
    bytes: Buffer.byteLength(content),
    connections: room.company.connections,
  };
}
