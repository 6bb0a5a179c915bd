/** What the descriptions of calls share that send content with an ETag. */
import { z } from "zod";
import type { Answer } from "../call.ts";

/** RFC 9110, section 13.1.2. */
export const IfNoneMatch = z.object({
  "If-None-Match": z.string().optional().meta({
    description: "An `ETag` that was answered before: the same content again is 304",
  }),
});

/** Header of what such a call answers. */
export const ETAG = { ETag: "Strong: stands for exactly what is sent" } as const;

/** To who has it already. */
export const NOT_MODIFIED: Answer = {
  description: "What the `ETag` in `If-None-Match` stands for is still what there is",
  headers: ETAG,
};
