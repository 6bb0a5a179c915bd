/**
 * A thread that is asked one thing at a time, with a bound on time and memory: what it does keeps
 * nobody else waiting. It is started when it is needed and ended when it was idle, or had failed.
 */
import { Worker, type Transferable } from "node:worker_threads";
import pLimit from "p-limit";

/** What a thread says to a question; `answerQuestions` makes it. */
export type ThreadReply<Answer> = { readonly answer: Answer } | { readonly failure: string };

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

export class AskedThread<Question, Answer> {
  readonly #options: AskedThreadOptions;
  readonly #queue = pLimit(1);
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: AskedThreadOptions) {
    this.#options = options;
  }

  /** How many questions wait for their turn. */
  get waiting(): number {
    return this.#queue.pendingCount;
  }

  /**
   * Rejects when it fails, takes too long or needs too much memory; the next one has a new thread.
   * @param transfer Buffers that move to the thread instead of being copied.
   */
  ask(question: Question, transfer: readonly Transferable[] = []): Promise<Answer> {
    return this.#queue(() => this.#ask(question, transfer));
  }

  /** Whatever it is doing is given up. Idempotent. */
  async close(): Promise<void> {
    this.#queue.clearQueue();
    await this.#end();
  }

  async #ask(question: Question, transfer: readonly Transferable[]): Promise<Answer> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    try {
      const reply = await replyOf<Answer>(worker, this.#options.longestMs, () =>
        worker.postMessage(question, transfer),
      );
      if ("answer" in reply) return reply.answer;
      throw new Error(reply.failure);
    } catch (error) {
      await this.#end();
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.#end(), this.#options.idleMs).unref();
    }
  }

  #start(): Worker {
    const { file, memoryMb, workerData } = this.#options;
    const worker = new Worker(file, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
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

/** Rejects when it cannot be asked, does not answer in time, fails, or ends. */
function replyOf<Answer>(
  worker: Worker,
  longestMs: number,
  ask: () => void,
): Promise<ThreadReply<Answer>> {
  const ending = new AbortController();
  const { signal } = ending;
  const reply = new Promise<ThreadReply<Answer>>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer in ${longestMs} ms`)), longestMs);
    signal.addEventListener("abort", () => clearTimeout(late));
    const on = (name: string, listener: (given: ThreadReply<Answer> & Error) => void) => {
      worker.on(name, listener);
      signal.addEventListener("abort", () => worker.off(name, listener));
    };
    on("message", resolve);
    on("error", reject);
    on("exit", () => reject(new Error("the thread ended")));
    ask();
  });
  return reply.finally(() => ending.abort());
}
