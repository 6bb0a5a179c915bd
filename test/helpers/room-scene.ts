/** Rooms over a controlled store, with sessions that have no sockets. */
import type { Scope } from "./scope.ts";
import { pino } from "pino";
import type { Role } from "#protocol/roles.ts";
import { Backlog } from "../../server/backlog.ts";
import { Changes } from "../../server/changes.ts";
import { Metrics } from "../../server/metrics.ts";
import { Rooms } from "../../server/rooms.ts";
import { type Peer, Session } from "../../server/session.ts";
import { StoreHealth } from "../../server/store-health.ts";
import { ControlledStore } from "./controlled-store.ts";
import { FakePeer } from "./fake-peer.ts";

export const DOCUMENT = "document";

export interface Scene {
  readonly control: ControlledStore;
  readonly health: StoreHealth;
  readonly rooms: Rooms;
  /** Somebody who has joined the document's room and asked for acknowledgements. */
  enter(role?: Role): Promise<{ readonly session: Session; readonly peer: FakePeer }>;
  /** The same with a peer of one's own. */
  admit(peer: Peer, role?: Role): Promise<Session>;
}

/** These grants never change. */
const holdForEver = () => () => undefined;

export async function roomScene(
  t: Scope,
  idleMs = 1e6,
  control = new ControlledStore(),
  ownEditMs = 10_000,
): Promise<Scene> {
  await control.store.create({ id: DOCUMENT, createdAt: 0, links: [] });
  const health = new StoreHealth();
  const rooms = new Rooms({
    store: control.store,
    shared: undefined,
    lineFor: undefined,
    health,
    backlog: new Backlog(1e9),
    changes: new Changes(),
    metrics: new Metrics({ connections: () => 0, rooms: () => 0, backlogBytes: () => 0 }),
    logger: pino({ level: "silent" }),
    maxDocBytes: 0,
    ownEditMs,
    idleMs,
    now: Date.now,
  });
  t.after(() => rooms.close());
  const admit = async (peer: Peer, role: Role = "edit") => {
    const lease = await rooms.open(DOCUMENT);
    const linkId = `link-${role}`;
    const grant = { documentId: DOCUMENT, linkId, role, label: "", expiresAt: null };
    return new Session({
      peer,
      grant,
      hold: holdForEver,
      lease,
      health,
      acknowledge: true,
    });
  };
  const enter = async (role?: Role) => {
    const peer = new FakePeer();
    return { session: await admit(peer, role), peer };
  };
  return { control, health, rooms, enter, admit };
}
