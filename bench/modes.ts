/** All modes, in the order they run. */
import type { Mode } from "./mode.ts";
import { acknowledgement } from "./modes/acknowledgement.ts";
import { durability } from "./modes/durability.ts";
import { fixedRate, saturation } from "./modes/fanout.ts";

export const MODES: readonly Mode[] = [saturation, fixedRate, acknowledgement, durability];
