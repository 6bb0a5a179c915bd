/** A document of 100 kB as several people would have left it, and not as one paste. */
import { once } from "node:events";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CONTENT } from "../../server/protocol/document.ts";
import { decodeFrame, encodeFrame } from "../../server/protocol/frames.ts";
import { type Random, randomFrom } from "../../test/helpers/random.ts";
import { createDocument, type TestDocument } from "../../test/helpers/server.ts";
import type { Address } from "./visit.ts";

const CHARACTERS = 100_000;

/** How many have written at it, each in a Y.Doc of their own. */
const AUTHORS = 20;

const WORDS = ["harbour", "walk", "**nine**", "crane", "tea", "*slowly*", "the", "a", "swim"];

/** Answers when the server has it on disk. */
export async function largeDocument(server: Address): Promise<TestDocument> {
  const document = await createDocument(server);
  const query = `token=${document.editToken}&ack=1`;
  const socket = new WebSocket(`${server.wsUrl}/${document.id}?${query}`);
  const saved = new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer) => {
      if (decodeFrame(new Uint8Array(data)).type === "acknowledgement") resolve();
    });
  });
  await once(socket, "open");
  socket.send(encodeFrame({ type: "update", update: largeText(randomFrom(1)) }));
  await saved;
  socket.close();
  return document;
}

/** Sentences, one after another put where a sentence ends, by one author after another. */
function largeText(random: Random): Uint8Array {
  const whole = new Y.Doc();
  const text = whole.getText(CONTENT);
  text.insert(0, "# Harbour walk\n\n");
  let ends = [text.length];
  for (let author = 1; text.length < CHARACTERS; author = (author % AUTHORS) + 1) {
    whole.clientID = author;
    const place = random.int(ends.length);
    const end = ends[place] ?? 0;
    const sentence = sentenceOf(random);
    text.insert(end, sentence);
    const after = ends.slice(place).map((later) => later + sentence.length);
    ends = [...ends.slice(0, place), end, ...after];
  }
  return Y.encodeStateAsUpdate(whole);
}

function sentenceOf(random: Random): string {
  const words = Array.from({ length: 4 + random.int(12) }, () => random.pick(WORDS));
  return `${words.join(" ")}.${random.int(4) === 0 ? "\n\n" : " "}`;
}
