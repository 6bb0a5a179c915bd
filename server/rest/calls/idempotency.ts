/** What the descriptions of calls share that make something once, however often they are sent. */
import { z } from "zod";

export const IdempotencyKey = z.object({
  "Idempotency-Key": z.string().optional().meta({
    description: "Random, such as a UUID: sent again with the same request it makes nothing twice",
  }),
});
