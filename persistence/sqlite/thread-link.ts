/**
 * Questions to the store thread as promises; those of one turn of the event loop travel in one
 * message, since a message costs more than most answers. When the thread dies, everything
 * that waits and everything asked later is rejected; nothing hangs.
 */
import { Worker } from "node:worker_threads";
import { StoreError } from "../store-error.ts";
import type { Calls, CallName, Question, Reply, ThreadOptions } from "./messages.ts";
import { storeErrorOf } from "../failure.ts";

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/** Owns the thread from its start to its end. */
export class ThreadLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Asked in this turn. */
  #questions: Question[] = [];
  #sending: NodeJS.Immediate | undefined;
  #asked = 0;
  #dead: StoreError | undefined;

  constructor(options: ThreadOptions) {
    this.#worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: options });
    this.#worker.on("message", (replies: readonly Reply[]) => {
      for (const reply of replies) this.#settle(reply);
    });
    this.#worker.on("messageerror", (cause) => this.#die(cause));
    this.#worker.on("error", (cause) => this.#die(cause));
    this.#worker.on("exit", () => this.#die());
  }

  /** Resolves when the thread has opened the database; rejects with why it could not. */
  opened(): Promise<void> {
    return this.#expect(0) as Promise<void>;
  }

  /** @param transfer Buffers that move to the thread instead of being copied. */
  ask<Name extends CallName>(
    call: Name,
    args: Calls[Name]["args"],
    transfer: ArrayBuffer[] = [],
  ): Promise<Calls[Name]["answer"]> {
    if (this.#dead) return Promise.reject(this.#dead);
    this.#asked += 1;
    this.#questions.push({ id: this.#asked, call, args });
    // What brings buffers gathers a turn's worth by itself, and has waited already.
    if (transfer.length > 0) this.#send(transfer);
    else this.#sending ??= setImmediate(() => this.#send([]));
    return this.#expect(this.#asked) as Promise<Calls[Name]["answer"]>;
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(transfer: ArrayBuffer[]): void {
    clearImmediate(this.#sending);
    this.#sending = undefined;
    this.#worker.postMessage(this.#questions, transfer);
    this.#questions = [];
  }

  #expect(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ("failure" in reply) waiting?.reject(storeErrorOf(reply.failure));
    else waiting?.resolve(reply.answer);
  }

  #die(cause?: unknown): void {
    this.#dead ??= new StoreError("failing", "the store thread has ended", {
      hint: "Restart Quire; everything acknowledged is on disk.",
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}
