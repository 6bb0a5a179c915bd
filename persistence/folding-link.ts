/**
 * The folding thread as promises: started when something is to be folded, ended when
 * nothing has been for a while. It holds nothing, so its death costs one answer.
 */
import { Worker } from "node:worker_threads";
import { StoreError } from "./store-error.ts";
import type { Folded, FoldingQuestion, FoldingReply } from "./folding-thread.ts";
import type { Packed } from "./packing.ts";
import { storeErrorOf } from "./failure.ts";

/** One question at a time. */
export class FoldingLink {
  readonly #idleMs: number;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  /** @param idleMs How long the thread stays without work, in milliseconds: it costs memory. */
  constructor(idleMs = 5000) {
    this.#idleMs = idleMs;
  }

  /**
   * One snapshot of all the parts, in order; their buffers are gone afterwards.
   * Rejects with StoreError: `corrupt` when they do not decode, `failing` when the thread died.
   */
  async fold(documentId: string, parts: readonly Packed[]): Promise<Folded> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    try {
      const answer = answerOf(worker);
      const question: FoldingQuestion = { documentId, parts };
      worker.postMessage(
        question,
        parts.map(({ bytes }) => bytes.buffer),
      );
      const reply = await answer;
      if ("failure" in reply) throw storeErrorOf(reply.failure);
      return reply;
    } finally {
      if (this.#worker) this.#idle = setTimeout(() => void this.close(), this.#idleMs);
    }
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./folding-thread.ts", import.meta.url));
    const forget = () => {
      if (this.#worker === worker) this.#worker = undefined;
    };
    // An error without a listener would end the process, also when nothing is being folded.
    return worker.on("error", forget).on("exit", forget);
  }
}

/** What it says next. Rejects when it ends without a word. */
async function answerOf(worker: Worker): Promise<FoldingReply> {
  const settled = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const die = (cause?: unknown) => reject(ended(cause));
      const listeners = { message: resolve, messageerror: die, error: die, exit: () => die() };
      for (const [event, listener] of Object.entries(listeners)) {
        worker.on(event, listener);
        settled.signal.addEventListener("abort", () => worker.off(event, listener));
      }
    });
  } finally {
    settled.abort();
  }
}

function ended(cause: unknown): StoreError {
  return new StoreError("failing", "the folding thread has ended", {
    hint: "The log is complete; folding is tried again later.",
    cause,
  });
}
