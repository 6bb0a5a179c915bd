/** A program that follows a document's events, with a parser of somebody else's. */
import assert from "node:assert/strict";
import { type EventSourceMessage, createParser } from "eventsource-parser";
import type { DocumentContentEvent, DocumentPresenceEvent } from "#protocol/rest.ts";
import type { Scope } from "./scope.ts";
import type { TestServer } from "./server.ts";
import { until } from "./until.ts";

/** The data of each kind of event. */
interface Told {
  readonly content: DocumentContentEvent;
  readonly presence: DocumentPresenceEvent;
  readonly deleted: { readonly id: string };
}

export interface EventReader {
  readonly status: number;
  /** All so far, oldest first. */
  readonly events: readonly EventSourceMessage[];
  readonly comments: readonly string[];
  /** The stream has ended, from whichever side. */
  readonly hasEnded: boolean;
  /** The next of that name that has not been answered yet, with its data read. */
  next<N extends keyof Told>(name: N): Promise<{ readonly id?: string; readonly data: Told[N] }>;
  leave(): void;
}

export interface ReaderOptions {
  readonly token: string;
  readonly lastEventId?: string | undefined;
}

/** Resolves once it is open. */
export async function eventReader(
  t: Scope,
  { url }: Pick<TestServer, "url">,
  id: string,
  { token, lastEventId }: ReaderOptions,
): Promise<EventReader> {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${url}/api/documents/${id}/events`, {
    signal: abort.signal,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { "Last-Event-ID": lastEventId }),
    },
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const state = { hasEnded: false };
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
  });
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? [])
      parser.feed(decoder.decode(bytes, { stream: true }));
  };
  void read()
    .catch(() => undefined)
    .finally(() => (state.hasEnded = true));
  const answered = new Set<EventSourceMessage>();
  const next = async <N extends keyof Told>(name: N) => {
    const isNext = (one: EventSourceMessage) => one.event === name && !answered.has(one);
    const event = await until(() => events.find(isNext), { what: `an event ${name}` });
    answered.add(event);
    return {
      ...(event.id !== undefined && { id: event.id }),
      data: JSON.parse(event.data) as Told[N],
    };
  };
  return {
    status: response.status,
    events,
    comments,
    get hasEnded() {
      return state.hasEnded;
    },
    next,
    leave: () => abort.abort(),
  };
}
