/**
 * Holds the thread in which documents are converted, with a bound on time and memory for each.
 * It is started when it is needed, and ended when it was idle or went too far.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { RenderedText } from "./html.ts";
import type { ReadFile } from "../import/read-file.ts";

/** Past which a file is not converted any further. */
export class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/** A file that is not what it claims to be. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** What the thread is asked. */
export type RenderRequest =
  | { readonly to: "html" | "docx"; readonly text: RenderedText }
  | { readonly to: "markdown"; readonly from: "page" | "word"; readonly file: Uint8Array };

/** What each of them is answered. */
export interface Rendered {
  readonly html: string;
  readonly docx: Uint8Array;
  readonly markdown: ReadFile;
}

/** What the thread says: first that it is there, then one of the others for each request. */
export type RenderReply =
  | { readonly ready: true }
  | { readonly result: Rendered[keyof Rendered] }
  | { readonly unreadable: string }
  | { readonly failure: string };

export interface RenderWorkerOptions {
  /** For one document, in milliseconds; default 120,000. */
  readonly longestMs?: number;
  /** After which the thread ends, in milliseconds; default 30,000. */
  readonly idleMs?: number;
  /** Of the thread's objects, in MiB; default 768. */
  readonly memoryMb?: number;
  /** What the thread runs; default `render-thread.ts`. */
  readonly module?: URL;
}

/** For the thread to load what it needs, in milliseconds. */
const START_MS = 60_000;

const THREAD = new URL("./render-thread.ts", import.meta.url);

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<unknown>;
}

export class RenderWorker {
  readonly #options: Required<RenderWorkerOptions>;
  #thread: Thread | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: RenderWorkerOptions = {}) {
    const { longestMs = 120_000, idleMs = 30_000, memoryMb = 768, module = THREAD } = options;
    this.#options = { longestMs, idleMs, memoryMb, module };
  }

  /**
   * To be asked one by one.
   * @param signal Nobody waits for the answer any more.
   * @throws TooMuch or Unreadable; anything else is a mistake of ours.
   */
  async ask<To extends keyof Rendered>(
    request: RenderRequest & { readonly to: To },
    signal: AbortSignal,
  ): Promise<Rendered[To]> {
    const reply = await this.#reply(request, signal);
    if ("result" in reply) return reply.result as Rendered[To];
    if ("unreadable" in reply) throw new Unreadable(reply.unreadable);
    throw new Error(`not rendered: ${"failure" in reply ? reply.failure : "no answer"}`);
  }

  /** Whatever is being made is given up. Idempotent. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  async #reply(request: RenderRequest, signal: AbortSignal): Promise<RenderReply> {
    clearTimeout(this.#idle);
    const { worker, ready } = (this.#thread ??= this.#start());
    worker.ref();
    try {
      await ready;
      signal.throwIfAborted();
      const late = AbortSignal.timeout(this.#options.longestMs);
      return await answerOf(worker, request, AbortSignal.any([signal, late]));
    } catch (error) {
      await this.close();
      throw isTooMuch(error) ? new TooMuch("too large", { cause: error }) : error;
    } finally {
      worker.unref();
      this.#idle = setTimeout(() => void this.close(), this.#options.idleMs).unref();
    }
  }

  #start(): Thread {
    const worker = new Worker(this.#options.module, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memoryMb },
    });
    const ready = once(worker, "message", { signal: AbortSignal.timeout(START_MS) });
    const thread = { worker, ready };
    // Whoever asks is told; without these an error that nobody waits for would end the process.
    worker.on("error", () => undefined);
    ready.catch(() => undefined);
    worker.once("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}

/** Rejects when the thread fails or ends, or with the signal's reason. */
function answerOf(
  worker: Worker,
  request: RenderRequest,
  signal: AbortSignal,
): Promise<RenderReply> {
  const { promise, resolve, reject } = Promise.withResolvers<RenderReply>();
  const onExit = () => reject(new Error("the thread ended"));
  const onAbort = () => reject(signal.reason as Error);
  worker.on("message", resolve).on("error", reject).on("exit", onExit);
  signal.addEventListener("abort", onAbort);
  worker.postMessage(request);
  return promise.finally(() => {
    worker.off("message", resolve).off("error", reject).off("exit", onExit);
    signal.removeEventListener("abort", onAbort);
  });
}

/** It took longer than it may, or more memory. */
function isTooMuch(error: unknown): boolean {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === "TimeoutError" || code === "ERR_WORKER_OUT_OF_MEMORY";
}
