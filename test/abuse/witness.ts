/**
 * Two honest people in a process of their own, so that they wait for the server alone:
 * one types, the other sees it, and somebody asks over HTTP. Ends on a signal and prints
 * how long each waited, in milliseconds, as JSON.
 */
import { once } from "node:events";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { decodeFrame, encodeFrame } from "#protocol/frames.ts";

const [, , url = "", address = ""] = process.argv;

const waits: number[] = [];

async function enter(): Promise<WebSocket> {
  const socket = new WebSocket(address);
  await once(socket, "open");
  return socket;
}

/** Resolves with the next update that comes. */
function nextUpdate(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const look = (data: Buffer) => {
      if (decodeFrame(new Uint8Array(data)).type !== "update") return;
      socket.off("message", look);
      resolve();
    };
    socket.on("message", look);
  });
}

/** Of the wait in progress. */
let began: number | undefined;

async function timed(action: () => Promise<unknown>): Promise<void> {
  began = performance.now();
  await action();
  waits.push(performance.now() - began);
  began = undefined;
}

const [writer, reader] = [await enter(), await enter()];
const doc = new Y.Doc();
doc.on("update", (update: Uint8Array) => writer.send(encodeFrame({ type: "update", update })));
const text = doc.getText(CONTENT);

process.on("SIGTERM", () => {
  // Whoever still waits at the end may have waited longest.
  if (began !== undefined) waits.push(performance.now() - began);
  process.stdout.write(JSON.stringify(waits));
  process.exit(0);
});
process.stderr.write("ready\n");

for (;;) {
  const seen = nextUpdate(reader);
  await timed(() => {
    text.insert(text.length, "a");
    return seen;
  });
  await timed(async () => (await fetch(`${url}/healthz`)).text());
  await new Promise((resolve) => setTimeout(resolve, 10));
}
