/**
 * The times in which a document is read anew from its log, because an update has broken
 * it: nothing may be read from it meanwhile, and nothing ever again when that fails.
 * Knows no document.
 */
import { AppError } from "./errors.ts";

export interface RebuildingOptions {
  /** Nobody may go on with the document; this is what they are told. */
  readonly onFailed: (error: AppError) => void;
  /** Whatever came of it. */
  readonly onEnd: () => void;
}

export class Rebuilding {
  readonly #options: RebuildingOptions;
  #running: Promise<void> | undefined;
  #failure: AppError | undefined;

  constructor(options: RebuildingOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  start(work: () => Promise<void>): void {
    this.#running = work()
      .catch((cause: unknown) => this.#fail(cause))
      .finally(() => {
        this.#running = undefined;
        this.#options.onEnd();
      });
  }

  /** Resolves when none is under way; whether the last one failed is not asked. */
  async over(): Promise<void> {
    await this.#running;
  }

  /** @throws AppError `overload` when the document could not be rebuilt. */
  demandSound(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Runs the action now, or once the document is whole again. */
  whenWhole(action: () => void): void {
    if (this.#running) void this.#running.then(() => this.whenWhole(action));
    else action();
  }

  #fail(cause: unknown): void {
    this.#failure = new AppError("overload", "The document cannot be read at the moment.", {
      cause,
    });
    this.#options.onFailed(this.#failure);
  }
}
