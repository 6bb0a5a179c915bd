/**
 * A request that is answered over a longer time: it counts as a connection, and ends when
 * its grant does, when the client has gone, or when the server shuts down.
 */
import type { Request, Response } from "express";
import type { Admission, Gatekeeper } from "../access/gatekeeper.ts";
import { addressOf } from "../address.ts";
import { AppError } from "../errors.ts";
import type { Leave, SocketLimits } from "../socket-limits.ts";

export interface LongLivedOptions {
  readonly gatekeeper: Gatekeeper;
  readonly limits: SocketLimits;
  readonly trustProxy: number;
  /** Aborted when the server shuts down. */
  readonly draining: AbortSignal;
}

/** Why it ends, before its own end: the refusal to be told, or nobody is there to be told any. */
export type Ending = AppError | "left";

/** What asks for it. */
export interface LongLived {
  readonly request: Request;
  readonly response: Response;
  readonly admission: Admission;
}

/**
 * Counts it as a connection; the answer takes it off again.
 * @throws AppError `rate` when there are too many already.
 */
export async function place(
  { limits, trustProxy }: LongLivedOptions,
  { request, admission }: LongLived,
): Promise<Leave> {
  const leave = await limits.enter(addressOf(request, trustProxy), admission.grant.documentId);
  if (leave) return leave;
  throw new AppError("rate", "Too many connections are open. Close some, or ask without waiting.");
}

/** One that has its place. */
export interface Placed extends LongLived {
  readonly leave: Leave;
}

/**
 * Calls `onEnd` once, as soon as it must end; nothing more after the answer was called. Its place
 * is free then.
 */
export function live(
  { gatekeeper, draining }: LongLivedOptions,
  { response, admission, leave }: Placed,
  onEnd: (ending: Ending) => void,
): () => void {
  let hasEnded = false;
  const end = (ending: Ending) => {
    if (hasEnded) return;
    stop();
    onEnd(ending);
  };
  const left = () => end("left");
  const drained = () => end(new AppError("restart", "Connect again in a moment."));
  const letGo = gatekeeper.hold(admission, { granted: () => undefined, refuse: end });
  const stop = () => {
    hasEnded = true;
    leave();
    letGo();
    response.off("close", left);
    draining.removeEventListener("abort", drained);
  };
  response.once("close", left);
  draining.addEventListener("abort", drained);
  // Either may have happened while the grant was looked up, and is told only once.
  if (response.closed) queueMicrotask(left);
  if (draining.aborted) queueMicrotask(drained);
  return stop;
}
