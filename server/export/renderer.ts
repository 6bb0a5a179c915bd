/**
 * Has documents made into other formats in a thread of its own, one after another: however
 * large a document is, nobody's editing waits for it.
 */
import { AskedThread } from "../asked-thread.ts";
import { AppError } from "../errors.ts";
import type { RenderedFormat } from "./export.ts";

/** What the thread is asked. */
export interface RenderRequest {
  readonly format: RenderedFormat;
  readonly title: string;
  /** Markdown. */
  readonly content: string;
}

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
  readonly #thread: AskedThread<RenderRequest, string | Uint8Array>;

  constructor({ longestMs = 120_000, idleMs = 30_000, memoryMb = 768 }: RendererOptions = {}) {
    const file = new URL("./render-thread.ts", import.meta.url);
    this.#thread = new AskedThread({ file, longestMs, idleMs, memoryMb });
  }

  /** @throws AppError `overload` when too many wait, `format` when it takes too long or too much memory. */
  async render(request: RenderRequest): Promise<string | Uint8Array> {
    if (this.#thread.waiting >= MOST_WAITING) {
      throw new AppError("overload", "Too many documents are being exported. Try again soon.");
    }
    try {
      return await this.#thread.ask(request);
    } catch (cause) {
      const hint = "It is too large or too deeply nested. Export it as Markdown.";
      throw new AppError("format", hint, { cause });
    }
  }

  /** Whatever is being made is given up. Idempotent. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}
