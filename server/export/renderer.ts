/**
 * Has documents made into other formats, and files into text, away from everybody's editing:
 * one after another, in a thread and by Chromium, each with a bound on time and memory.
 */
import { AppError } from "../errors.ts";
import type { ReadFile } from "../import/read-file.ts";
import { type DocumentImage, loadImages } from "./document-images.ts";
import type { RenderedFormat } from "./export.ts";
import { PdfPrinter } from "./pdf-printer.ts";
import { RenderQueue } from "./render-queue.ts";
import { RenderWorker, type RenderWorkerOptions, TooMuch, Unreadable } from "./render-worker.ts";

export interface RendererOptions extends RenderWorkerOptions {
  /** Where Chromium is; undefined: no PDF can be made. */
  readonly chromium?: string | undefined;
}

export interface ExportOrder {
  readonly format: RenderedFormat;
  readonly documentId: string;
  readonly title: string;
  readonly content: string;
  readonly language: string | undefined;
  readonly images: readonly DocumentImage[];
  /** All that the outcome is made of. */
  readonly source: string;
}

export interface ImportOrder {
  readonly from: "page" | "word";
  readonly file: Uint8Array;
  /** Whose places in the queue it takes. */
  readonly owner: string;
}

export class Renderer {
  readonly #queue = new RenderQueue();
  readonly #worker: RenderWorker;
  readonly #printer: PdfPrinter | undefined;

  constructor({ chromium, ...options }: RendererOptions = {}) {
    this.#worker = new RenderWorker(options);
    this.#printer = chromium === undefined ? undefined : new PdfPrinter({ chromium });
  }

  /**
   * @param leaving Whoever asks has gone.
   * @throws AppError `overload` or `rate` when too many wait, `format` when it takes too long or
   *   too much memory, `missing` where there is no Chromium.
   */
  async export(order: ExportOrder, leaving: AbortSignal): Promise<string | Uint8Array> {
    if (order.format === "pdf" && !this.#printer) throw noChromium();
    const { format, source, documentId: owner } = order;
    const run = (signal: AbortSignal) => this.#make(order, signal);
    try {
      return await this.#queue.ask({ key: `${format} ${source}`, owner, run }, leaving);
    } catch (cause) {
      if (!(cause instanceof TooMuch)) throw cause;
      throw new AppError("format", "It is too large. Export it as Markdown.", { cause });
    }
  }

  /** @throws AppError `overload` or `rate` when too many wait, `malformed` for a file that cannot be read. */
  async read({ from, file, owner }: ImportOrder, leaving: AbortSignal): Promise<ReadFile> {
    const run = (signal: AbortSignal) => this.#worker.ask({ to: "markdown", from, file }, signal);
    try {
      return await this.#queue.ask({ owner, run }, leaving);
    } catch (cause) {
      const isItsFault = cause instanceof TooMuch || cause instanceof Unreadable;
      if (!isItsFault) throw cause;
      const hint = "The file is damaged, or holds too much. Send its text as Markdown.";
      throw new AppError("malformed", hint, { cause });
    }
  }

  /** Whatever is being made is given up. Idempotent. */
  async close(): Promise<void> {
    this.#queue.close();
    await this.#worker.close();
  }

  async #make(order: ExportOrder, signal: AbortSignal): Promise<string | Uint8Array> {
    const { format, title, content, language } = order;
    const text = { title, content, language, images: await loadImages(order.images) };
    if (format === "docx") return this.#worker.ask({ to: "docx", text }, signal);
    const page = await this.#worker.ask({ to: "html", text }, signal);
    if (format === "html") return page;
    if (!this.#printer) throw noChromium();
    return this.#printer.print(page, signal);
  }
}

function noChromium(): AppError {
  const hint =
    "This server needs Chromium to make a PDF: install it (Debian: apt install chromium). Meanwhile print the HTML export.";
  return new AppError("missing", hint);
}
