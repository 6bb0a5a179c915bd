/** Reads what stands behind the question mark, with an answer that says what is wrong. */
import type { Request } from "express";
import type { z } from "zod";
import { AppError } from "../errors.ts";

/** @throws AppError `invalid` naming what does not fit the schema. */
export function parseQuery<T>(schema: z.ZodType<T>, { query }: Pick<Request, "query">): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  throw new AppError("invalid", "See errors for what is wrong with the query.", { issues });
}
