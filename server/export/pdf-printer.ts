/** Prints a page as PDF by the system's Chromium, which is trusted with nothing but that page. */
import { constants } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../errors.ts";
import { type ChromiumRun, FILES, layOut, runChromium, unprivileged } from "./chromium.ts";
import { TooMuch } from "./render-worker.ts";

export interface PdfPrinterOptions {
  /** Where it is. */
  readonly chromium: string;
  /** For one page, in milliseconds; default 120,000. */
  readonly longestMs?: number;
  /** Of one PDF; default 128 MiB. */
  readonly mostBytes?: number;
  /** Where it gets a folder for each page, which everybody may enter; default: the system's. */
  readonly temporary?: string;
}

/** When it was made and changed, which nothing has to say. */
const TIMES = ["/CreationDate (D:", "/ModDate (D:"];

/** Of a page, in UTF-16 code units: beyond it tags would take minutes. */
const LONGEST_TAGGED = 300_000;

/** What Chromium says where its sandbox cannot be had. */
const NO_SANDBOX =
  /no usable sandbox|sandbox helper|without --no-sandbox|new namespace|zygote_host/i;

/** Where one page is printed, by whom and how. */
type Press = Pick<ChromiumRun, "folder" | "person" | "isTagged">;

export class PdfPrinter {
  readonly #options: Required<PdfPrinterOptions>;
  /** Whether its sandbox can be had on this machine, as far as is known. */
  #hasSandbox = true;

  constructor(options: PdfPrinterOptions) {
    const { longestMs = 120_000, mostBytes = 128 * 1024 * 1024, temporary = tmpdir() } = options;
    this.#options = { chromium: options.chromium, longestMs, mostBytes, temporary };
  }

  /** @throws TooMuch, or AppError `missing` where Chromium cannot be run safely. */
  async print(page: string, signal: AbortSignal): Promise<Uint8Array> {
    const person = await unprivileged();
    const folder = await mkdtemp(join(this.#options.temporary, "quire-pdf-"));
    try {
      await layOut(page, { folder, person });
      const isTagged = page.length <= LONGEST_TAGGED;
      return await this.#printIn({ folder, person, isTagged }, signal);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async #printIn(press: Press, signal: AbortSignal): Promise<Uint8Array> {
    const words = await this.#run(press, signal);
    const pdf = await this.#read(press.folder);
    if (pdf) return pdf;
    if (!this.#hasSandbox || !NO_SANDBOX.test(words)) throw new Error(`no PDF was made: ${words}`);
    // As the server's own user it could read what the server may.
    if (!press.person) throw noSandbox();
    this.#hasSandbox = false;
    return this.#printIn(press, signal);
  }

  async #run(press: Press, signal: AbortSignal): Promise<string> {
    const { chromium, longestMs, mostBytes } = this.#options;
    const late = AbortSignal.timeout(longestMs);
    const run = { ...press, chromium, mostBytes, hasSandbox: this.#hasSandbox };
    try {
      return await runChromium(run, AbortSignal.any([signal, late]));
    } catch (cause) {
      throw late.aborted && !signal.aborted ? new TooMuch("it takes too long", { cause }) : cause;
    }
  }

  /** The folder is another person's: what lies there is a file of its own, or nothing. */
  async #read(folder: string): Promise<Uint8Array | undefined> {
    const file = await openPlain(join(folder, FILES.pdf));
    if (!file) return undefined;
    try {
      const stats = await file.stat();
      const { size, nlink } = stats;
      if (!stats.isFile() || nlink !== 1 || size === 0) return undefined;
      if (size >= this.#options.mostBytes) throw new TooMuch("the PDF is too large");
      return withoutTimes(await file.readFile());
    } finally {
      await file.close();
    }
  }
}

async function openPlain(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** Blanks in their place: everything in a PDF has a place by its number. */
function withoutTimes(pdf: Buffer): Uint8Array {
  for (const time of TIMES) {
    for (let at = pdf.indexOf(time); at !== -1; at = pdf.indexOf(time, at + 1)) {
      pdf.fill(" ", at, pdf.indexOf(")", at) + 1);
    }
  }
  return pdf;
}

function noSandbox(): AppError {
  const hint =
    "Chromium's sandbox cannot start on this server: allow user namespaces, or install chromium-sandbox. Meanwhile print the HTML export.";
  return new AppError("missing", hint);
}
