/** Has documents converted in a thread, with a bound on time and memory for each, and tells a file's fault from ours. */
import { AskedThread, isTooMuch } from "../asked-thread.ts";
import type { ReadFile } from "../import/read-file.ts";
import type { RenderedText } from "./html.ts";

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

/** What comes of a request; what a stranger's file makes its reader do is the file's fault. */
export type RenderOutcome =
  | { readonly result: Rendered[keyof Rendered] }
  | { readonly unreadable: string };

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

const THREAD = new URL("./render-thread.ts", import.meta.url);

export class RenderWorker {
  readonly #thread: AskedThread<RenderRequest, RenderOutcome>;

  constructor(options: RenderWorkerOptions = {}) {
    const { longestMs = 120_000, idleMs = 30_000, memoryMb = 768, module: file = THREAD } = options;
    this.#thread = new AskedThread({ file, longestMs, idleMs, memoryMb });
  }

  /**
   * @param signal Nobody waits for the answer any more.
   * @throws TooMuch or Unreadable; anything else is a mistake of ours.
   */
  async ask<To extends keyof Rendered>(
    request: RenderRequest & { readonly to: To },
    signal: AbortSignal,
  ): Promise<Rendered[To]> {
    const outcome = await this.#thread.ask(request, { signal }).catch((cause: unknown) => {
      throw isTooMuch(cause) ? new TooMuch("too large", { cause }) : cause;
    });
    if ("result" in outcome) return outcome.result as Rendered[To];
    throw new Unreadable(outcome.unreadable);
  }

  /** Whatever is being made is given up. Idempotent. */
  async close(): Promise<void> {
    await this.#thread.close();
  }
}
