/**
 * A thread that is asked one thing at a time, with a bound on time and memory: what it does keeps
 * nobody else waiting. It is started when it is needed and ended when it was idle, or had failed.
 */
import { once } from "node:events";
import { Worker, type Transferable } from "node:worker_threads";
import pLimit from "p-limit";

/** What a thread says: first that it is there, then one of the others to each question; see `answerQuestions`. */
export type ThreadReply<Answer> =
  | { readonly ready: true }
  | { readonly answer: Answer }
  | { readonly failure: string };

export interface AskedThreadOptions {
  /** Its file; it calls `answerQuestions`. */
  readonly file: URL;
  /** For one question, in milliseconds. */
  readonly longestMs: number;
  /** After which it ends, in milliseconds. */
  readonly idleMs: number;
  /** Of its objects, in MiB. */
  readonly memoryMb: number;
  /** What each start of it is given. */
  readonly workerData?: unknown;
}

export interface Asking {
  /** Buffers that move to the thread instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /** Nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** For a thread to load what it needs, in milliseconds. */
const START_MS = 60_000;

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<unknown>;
}

export class AskedThread<Question, Answer> {
  readonly #options: AskedThreadOptions;
  readonly #queue = pLimit(1);
  #thread: Thread | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: AskedThreadOptions) {
    this.#options = options;
  }

  /** Rejects when it fails, takes too long, needs too much memory or is not wanted any more; the next one has a new thread. */
  ask(question: Question, asking: Asking = {}): Promise<Answer> {
    return this.#queue(() => this.#ask(question, asking));
  }

  /** Whatever it is doing is given up. Idempotent. */
  async close(): Promise<void> {
    this.#queue.clearQueue();
    await this.#end();
  }

  async #ask(question: Question, { transfer = [], signal }: Asking): Promise<Answer> {
    clearTimeout(this.#idle);
    const { worker, ready } = (this.#thread ??= this.#start());
    worker.ref();
    try {
      await ready;
      signal?.throwIfAborted();
      const late = AbortSignal.timeout(this.#options.longestMs);
      const until = signal ? AbortSignal.any([signal, late]) : late;
      const reply = await replyOf<Answer>(worker, until, () =>
        worker.postMessage(question, transfer),
      );
      if ("answer" in reply) return reply.answer;
      throw new Error("failure" in reply ? reply.failure : "no answer");
    } catch (error) {
      await this.#end();
      throw error;
    } finally {
      worker.unref();
      this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs).unref();
    }
  }

  #start(): Thread {
    const { file, memoryMb, workerData } = this.#options;
    const worker = new Worker(file, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
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

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }
}

/** Whether it took longer than it may, or more memory. */
export function isTooMuch(error: unknown): boolean {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === "TimeoutError" || code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** Rejects when the thread fails or ends, or with the signal's reason. */
function replyOf<Answer>(
  worker: Worker,
  signal: AbortSignal,
  ask: () => void,
): Promise<ThreadReply<Answer>> {
  const { promise, resolve, reject } = Promise.withResolvers<ThreadReply<Answer>>();
  const onExit = () => reject(new Error("the thread ended"));
  const onAbort = () => reject(signal.reason as Error);
  worker.on("message", resolve).on("error", reject).on("exit", onExit);
  signal.addEventListener("abort", onAbort);
  ask();
  return promise.finally(() => {
    worker.off("message", resolve).off("error", reject).off("exit", onExit);
    signal.removeEventListener("abort", onAbort);
  });
}
