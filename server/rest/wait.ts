/** `?wait=`: holds an answer until it would be another than the one that the client has. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Changes } from "../changes.ts";
import { AppError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import { inRoom } from "./in-room.ts";
import {
  live,
  type Ending,
  type LongLived,
  type LongLivedOptions,
  place,
  type Placed,
} from "./long-lived.ts";
import { type Content, isHeld, tagOf } from "./respond.ts";

export interface WaitOptions extends LongLivedOptions {
  readonly changes: Pick<Changes, "followDocument">;
  readonly rooms: Pick<Rooms, "open">;
}

/** Longest, in seconds: what stands in between gives up on a silent request sooner or later. */
const LONGEST = 300;

/** Between two looks at a document that somebody writes in, in milliseconds. */
const PACE_MS = 250;

const Seconds = z.coerce.number().min(0).max(LONGEST);

/** What such a call takes in its query. */
export const WaitQuery = z.object({
  wait: Seconds.optional().meta({
    description: "With `If-None-Match`: so many seconds the answer waits for other content",
  }),
});

/**
 * What `make` makes: at once, or when the request asks to wait as soon as that is news to it, at
 * the latest after the time it names. Undefined: nobody is there any more.
 * @throws AppError `invalid` for a wrong time, `rate`, and what ends the grant meanwhile.
 */
export async function newContent(
  options: WaitOptions,
  asked: LongLived,
  make: () => Promise<Content>,
): Promise<Content | undefined> {
  const { query, headers } = asked.request;
  const seconds = query["wait"] === undefined ? 0 : secondsOf(query["wait"]);
  const held = headers["if-none-match"];
  if (seconds === 0 || held === undefined) return make();
  // An open room is told of what comes by other nodes.
  return inRoom(options.rooms, asked.admission.grant, async () => {
    const watch = new Watch(options, { ...asked, leave: await place(options, asked) }, seconds);
    try {
      return await watch.first(make, (content) => !isHeld(tagOf(content), held));
    } finally {
      watch.stop();
    }
  });
}

function secondsOf(given: unknown): number {
  const { success, data } = Seconds.safeParse(given);
  if (success) return data;
  throw new AppError("invalid", "wait is a number of seconds.", {
    issues: [{ path: "wait", message: `expected 0 to ${LONGEST}` }],
  });
}

/** One waiting request. */
class Watch {
  readonly stop: () => void;
  #ending: Ending | undefined;
  #isOver = false;
  #hasChanged = false;
  #wake: () => void = () => undefined;

  constructor(options: WaitOptions, asked: Placed, seconds: number) {
    const { documentId } = asked.admission.grant;
    const stop = live(options, asked, (ending) => {
      this.#ending = ending;
      this.#wake();
    });
    const unfollow = options.changes.followDocument(documentId, () => {
      this.#hasChanged = true;
      this.#wake();
    });
    const timer = setTimeout(() => {
      this.#isOver = true;
      this.#wake();
    }, seconds * 1000);
    this.stop = () => {
      clearTimeout(timer);
      unfollow();
      stop();
    };
  }

  async first(
    make: () => Promise<Content>,
    isNews: (content: Content) => boolean,
  ): Promise<Content | undefined> {
    for (;;) {
      this.#hasChanged = false;
      const content = await make();
      if (this.#ending === "left") return undefined;
      if (this.#ending) throw this.#ending;
      if (this.#isOver || isNews(content)) return content;
      await this.#something();
      if (!this.#isOver && !this.#ending) await pause(PACE_MS);
    }
  }

  async #something(): Promise<void> {
    if (this.#hasChanged || this.#isOver || this.#ending) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
