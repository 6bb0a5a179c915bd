/** Reads the text beside the page, which goes on taking keys, and answers what has changed. */
import type { Source } from "./reading.ts";
import { type PlacedBlock, Rounds } from "./rounds.ts";

/** To each source one; a failure is told, since an error would look as if nothing could be loaded. */
export type Answer = { readonly blocks: readonly PlacedBlock[] } | { readonly failure: string };

/** Of a worker; the page's own types say something else of the global object. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent<Source>) => void): void;
  postMessage(answer: Answer): void;
}

const scope = globalThis as unknown as WorkerScope;
const rounds = new Rounds();

scope.addEventListener("message", ({ data }) => scope.postMessage(answerTo(data)));

function answerTo(source: Source): Answer {
  try {
    return { blocks: rounds.read(source) };
  } catch (error) {
    return { failure: String(error) };
  }
}
