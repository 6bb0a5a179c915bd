/** All modes, in the order they run. */
import type { Mode } from "./mode.ts";
import { acknowledgement } from "./modes/acknowledgement.ts";
import { durability } from "./modes/durability.ts";
import { fixedRate, saturation } from "./modes/fanout.ts";
import { idle } from "./modes/idle.ts";
import { joining } from "./modes/join.ts";
import { nodeCosts } from "./modes/node-costs.ts";
import { nodeRate, nodeSaturation } from "./modes/nodes.ts";
import { presence } from "./modes/presence.ts";
import { rooms } from "./modes/rooms.ts";
import { slowReader } from "./modes/slow-reader.ts";

export const MODES: readonly Mode[] = [
  saturation,
  fixedRate,
  rooms,
  joining,
  idle,
  presence,
  slowReader,
  acknowledgement,
  durability,
  nodeRate,
  nodeSaturation,
  nodeCosts,
];
