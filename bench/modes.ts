/** All modes, in the order they run. */
import type { Mode } from "./mode.ts";
import { fixedRate, saturation } from "./modes/fanout.ts";
import { rooms } from "./modes/rooms.ts";

export const MODES: readonly Mode[] = [saturation, fixedRate, rooms];
