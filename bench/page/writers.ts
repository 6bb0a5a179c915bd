/**
 * Ten people who write in one document, with carets, until this process is ended:
 * `node bench/page/writers.ts <wsUrl> <id> <token>`. A process of its own, so that
 * they take nothing from whoever measures. Prints a line once all are there.
 */
import { programScope } from "../../test/helpers/scope.ts";
import { randomFrom } from "../../test/helpers/random.ts";
import { type StockClient, syncedClient } from "../../test/helpers/stock-client.ts";
import * as Y from "yjs";

const WRITERS = 10;

/** Each presses about five keys a second: pauses in milliseconds, from this on and this much longer. */
const PAUSE = { least: 100, spread: 200 };

/** Every other writes near the top, on everybody's screen; the rest far below. */
const FAR = 50_000;
const APART = 120;

const [wsUrl = "", id = "", editToken = ""] = process.argv.slice(2);
const random = randomFrom(2);

async function write(n: number): Promise<void> {
  const document = { id, editToken, ownerToken: "" };
  const client = await syncedClient(programScope(), { wsUrl }, document);
  client.provider.awareness.setLocalStateField("user", { name: `Writer ${n}`, color: "#3366cc" });
  const start = (n % 2 === 0 ? 0 : FAR) + n * APART;
  let place = relativeTo(client, Math.min(start, client.text.length));
  const press = () => {
    const at = Y.createAbsolutePositionFromRelativePosition(place, client.doc)?.index ?? 0;
    client.text.insert(at, random.int(6) === 0 ? " " : "w");
    place = relativeTo(client, at + 1);
    const cursor = Y.relativePositionToJSON(place) as unknown;
    client.provider.awareness.setLocalStateField("cursor", { anchor: cursor, head: cursor });
    setTimeout(press, PAUSE.least + random.int(PAUSE.spread));
  };
  press();
}

function relativeTo({ text }: StockClient, index: number): Y.RelativePosition {
  return Y.createRelativePositionFromTypeIndex(text, index);
}

await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n)));
process.stdout.write("all are writing\n");
