/**
 * Has texts read by a worker, one after another, each in bounded time. A worker that fails or does
 * not answer is ended, and the next text is read by another, which knows of none before it.
 */
import type { Source } from "./reading.ts";
import type { Answer } from "./reading-worker.ts";
import type { PlacedBlock } from "./rounds.ts";

/** No text that people write takes so long, in milliseconds. */
const PATIENCE_MS = 20_000;

/** The worker could not be fetched: offline, or older than what the server has now. */
export class NotLoaded extends Error {}

export class Reader {
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * All blocks, with the HTML of those that the reading before had not. Ask for one at a time.
   * @throws NotLoaded
   */
  async read(source: Source): Promise<readonly PlacedBlock[]> {
    try {
      return await this.#ask(source);
    } catch (error) {
      this.restart();
      throw error;
    }
  }

  /** The next reading has the HTML of all blocks. What is being read now is never answered. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #ask(source: Source): Promise<readonly PlacedBlock[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly PlacedBlock[]>();
    const worker = (this.#worker ??= newWorker());
    const ending = new AbortController();
    const { signal } = ending;
    const onAnswer = ({ data }: MessageEvent<Answer>) => {
      clearTimeout(this.#timer);
      ending.abort();
      if ("blocks" in data) resolve(data.blocks);
      else reject(new Error(data.failure));
    };
    worker.addEventListener("message", onAnswer, { signal });
    worker.addEventListener("error", () => reject(new NotLoaded("no reader")), { signal });
    this.#timer = setTimeout(() => reject(new Error("it takes too long")), PATIENCE_MS);
    worker.postMessage(source);
    return promise;
  }
}

function newWorker(): Worker {
  return new Worker(new URL("reading-worker.ts", import.meta.url), { type: "module" });
}
