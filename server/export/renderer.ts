/**
 * Has documents made into other formats in a thread of its own, one after another, with a bound
 * on time and memory: however large a document is, nobody's editing waits for it. The thread is
 * started when it is needed and ended when it was idle.
 */
import { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import { AppError } from "../errors.ts";
import type { RenderedFormat } from "./export.ts";

/** What the thread is asked. */
export interface RenderRequest {
  readonly format: RenderedFormat;
  readonly title: string;
  /** Markdown. */
  readonly content: string;
}

/** What it answers. */
export type RenderReply = { readonly body: string | Uint8Array } | { readonly failure: string };

export interface RendererOptions {
  /** For one document, in milliseconds; default 120,000. */
  readonly longestMs?: number;
  /** After which the thread ends, in milliseconds; default 30,000. */
  readonly idleMs?: number;
  /** Of the thread's objects, in MiB; default 768. */
  readonly memoryMb?: number;
}

/** How many may wait. */
const MOST_WAITING = 20;

export class Renderer {
  readonly #options: Required<RendererOptions>;
  readonly #queue = pLimit(1);
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor({ longestMs = 120_000, idleMs = 30_000, memoryMb = 768 }: RendererOptions = {}) {
    this.#options = { longestMs, idleMs, memoryMb };
  }

  /** @throws AppError `overload` when too many wait, `format` when it takes too long or too much memory. */
  async render(request: RenderRequest): Promise<string | Uint8Array> {
    if (this.#queue.pendingCount >= MOST_WAITING) {
      throw new AppError("overload", "Too many documents are being exported. Try again soon.");
    }
    return this.#queue(() => this.#ask(request));
  }

  /** Whatever is being made is given up. Idempotent. */
  async close(): Promise<void> {
    this.#queue.clearQueue();
    await this.#end();
  }

  async #ask(request: RenderRequest): Promise<string | Uint8Array> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    try {
      const reply = await answerOf(this.#worker, request, this.#options.longestMs);
      if ("body" in reply) return reply.body;
      throw new Error(reply.failure);
    } catch (cause) {
      await this.#end();
      const hint = "It is too large or too deeply nested. Export it as Markdown.";
      throw new AppError("format", hint, { cause });
    } finally {
      this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs).unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL("./render-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memoryMb },
    });
    // Without it an error that nobody waits for would end the process.
    worker.on("error", () => undefined);
    worker.unref();
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** Rejects when it does not answer in time, fails, or ends. */
function answerOf(worker: Worker, request: RenderRequest, longestMs: number): Promise<RenderReply> {
  const ending = new AbortController();
  const { signal } = ending;
  const answer = new Promise<RenderReply>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer in ${longestMs} ms`)), longestMs);
    signal.addEventListener("abort", () => clearTimeout(late));
    const on = (name: string, listener: (given: RenderReply & Error) => void) => {
      worker.on(name, listener);
      signal.addEventListener("abort", () => worker.off(name, listener));
    };
    on("message", resolve);
    on("error", reject);
    on("exit", () => reject(new Error("the thread ended")));
    worker.postMessage(request);
  });
  return answer.finally(() => ending.abort());
}
