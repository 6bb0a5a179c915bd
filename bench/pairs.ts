/** Many documents with two people in each: made ahead of time, and joined many at once. */
import { concurrently, pause } from "./clock.ts";
import type { Client } from "./client.ts";
import type { Run } from "./mode.ts";
import { join } from "./people.ts";
import type { Place } from "./peers.ts";
import { ServerProcess } from "./server-process.ts";

const CREATED_AT_ONCE = 16;
const JOINING_AT_ONCE = 64;

/** How long a server gets to calm down before its memory is read. */
const QUIET_MS = 2000;

/** Two people and where they are. */
export interface Pair {
  readonly place: Place;
  readonly people: readonly [Client, Client];
}

/**
 * A server with so many documents that nobody has opened yet, and two people in one more: what
 * it loads for the first of them is no cost of a document. The documents were made by a process
 * before it, since making them over HTTP is not what is measured.
 */
export async function serverWith(
  documents: number,
  run: Run,
): Promise<{ readonly server: ServerProcess; readonly places: readonly Place[] }> {
  const [first, ...places] = await created(documents + 1, run);
  const server = await ServerProcess.start(run.peer, run.dataDir);
  if (first) await joinPairs(server, [first]);
  return { server, places };
}

/** Two people into each document, opened and in sync. */
export function joinPairs(server: ServerProcess, places: readonly Place[]): Promise<Pair[]> {
  return concurrently(places, JOINING_AT_ONCE / 2, async (place) => {
    const people = await Promise.all([join(server, place), join(server, place)]);
    return { place, people };
  });
}

/** Resident memory once nothing has happened for a while, in bytes. */
export async function quietMemory(server: ServerProcess): Promise<number> {
  await pause(QUIET_MS);
  return server.memory();
}

async function created(count: number, run: Run): Promise<Place[]> {
  const server = await ServerProcess.start(run.peer, run.dataDir);
  const places = await concurrently(Array.from({ length: count }), CREATED_AT_ONCE, () =>
    run.peer.create(server.url),
  );
  await server.end("SIGTERM");
  return places;
}
