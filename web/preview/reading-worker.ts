/** Reads the text beside the page, which goes on taking keys, and answers what has changed. */
import { type PlacedBlock, Rounds } from "./rounds.ts";

/** Of a worker; the page's own types say something else of the global object. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent<string>) => void): void;
  postMessage(blocks: readonly PlacedBlock[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const rounds = new Rounds();

scope.addEventListener("message", ({ data }) => scope.postMessage(rounds.read(data)));
