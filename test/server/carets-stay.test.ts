/** Carets of people in a document while its text is replaced by REST, again and again. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { type History, history } from "../helpers/histories.ts";
import { type Random, seeded } from "../helpers/random.ts";
import { createDocument, startServer } from "../helpers/server.ts";
import { type StockClient, syncedClient } from "../helpers/stock-client.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";

type Patch = readonly [position: number, deleted: number, inserted: string];

const VERSIONS = 60;
const CARETS = 10;

/** A word of the text, and a place in it. */
interface Caret {
  readonly word: string;
  readonly offset: number;
  readonly at: Y.RelativePosition;
}

interface Version {
  readonly text: string;
  /** Which have led to it from the version before. */
  readonly patches: readonly Patch[];
}

/** A history cut into a number of versions. */
function versionsOf({ txns }: Pick<History, "txns">): Version[] {
  const all = txns.flatMap(({ patches }) => patches);
  const size = Math.ceil(all.length / VERSIONS);
  const versions: Version[] = [];
  let text = "";
  for (let start = 0; start < all.length; start += size) {
    const patches = all.slice(start, start + size);
    for (const [at, deleted, inserted] of patches) {
      text = text.slice(0, at) + inserted + text.slice(at + deleted);
    }
    versions.push({ text, patches });
  }
  return versions;
}

/** Somebody who writes and deletes words anywhere. */
function madeUpHistory(random: Random): Pick<History, "txns"> {
  const letters = () => String.fromCharCode(97 + random.int(26));
  const word = () => Array.from({ length: 3 + random.int(6) }, letters).join("");
  let length = 0;
  const txns = Array.from({ length: 3000 }, () => {
    const at = random.int(length + 1);
    const deleted = random.int(5) === 0 ? Math.min(length - at, random.int(30)) : 0;
    const inserted = word() + random.pick([" ", " ", ", ", "\n", ". é "]);
    length += inserted.length - deleted;
    return { patches: [[at, deleted, inserted] as const] };
  });
  return { txns };
}

/** Whether the patches touch nothing from `from` to `to`, nor right beside it. */
function survives(from: number, to: number, patches: readonly Patch[]): boolean {
  let [start, end] = [from, to];
  for (const [at, deleted, inserted] of patches) {
    if (at > end) continue;
    if (at + deleted >= start) return false;
    start += inserted.length - deleted;
    end += inserted.length - deleted;
  }
  return true;
}

function caretsIn(text: Y.Text, patches: readonly Patch[], random: Random): Caret[] {
  const words = [...text.toString().matchAll(/[A-Za-z]{4,}/g)].filter(({ 0: word, index }) =>
    survives(index, index + word.length, patches),
  );
  return Array.from({ length: Math.min(words.length, CARETS) }, () => {
    const { 0: word, index } = random.pick(words);
    const offset = random.int(word.length);
    return { word, offset, at: Y.createRelativePositionFromTypeIndex(text, index + offset) };
  });
}

function wordAt({ word, offset, at }: Caret, doc: Y.Doc): string {
  const index = Y.createAbsolutePositionFromRelativePosition(at, doc)?.index ?? -1;
  const start = index - offset;
  const text = doc.getText(CONTENT).toString();
  return text.slice(start, start + word.length);
}

/** Which of several equal words was meant is not to be known from the text alone. */
function isOnce(word: string, ...texts: readonly string[]): boolean {
  return texts.every((text) => text.split(word).length === 2);
}

/** The first caret is the one that others see. */
function show({ provider }: StockClient, { at }: Caret): void {
  const head = Y.relativePositionToJSON(at) as unknown;
  provider.awareness.setLocalStateField("cursor", { anchor: head, head });
}

function seen({ provider, doc }: StockClient, client: number): Y.RelativePosition | undefined {
  const state = provider.awareness.getStates().get(client) as
    | { readonly cursor?: { readonly head: unknown } }
    | undefined;
  return doc && state?.cursor && Y.createRelativePositionFromJSON(state.cursor.head);
}

interface Tally {
  looked: number;
  /** Words that the text has more than once. */
  repeated: number;
  /** Of these, those at which the caret is no more. */
  strayed: number;
}

async function stay(t: TestContext, versions: readonly Version[], random: Random): Promise<Tally> {
  const server = await startServer(t, { env: UNLIMITED });
  const document = await createDocument(server, { content: versions[0]?.text ?? "" });
  const [anna, ben] = [
    await syncedClient(t, server, document),
    await syncedClient(t, server, document),
  ];
  const put = (body: string) =>
    fetch(`${server.url}/api/documents/${document.id}/content`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${document.editToken}`, "Content-Type": "text/plain" },
      body,
    });
  const tally: Tally = { looked: 0, repeated: 0, strayed: 0 };
  for (const { text, patches } of versions.slice(1)) {
    const before = anna.text.toString();
    const carets = caretsIn(anna.text, patches, random);
    const [shown] = carets;
    if (shown) show(anna, shown);
    assert.equal((await put(text)).status, 200);
    await until(() => anna.text.toString() === text && ben.text.toString() === text);
    for (const caret of carets) {
      const { word } = caret;
      const found = wordAt(caret, anna.doc);
      tally.looked += 1;
      if (isOnce(word, before, text)) assert.equal(found, word);
      else tally.repeated += 1;
      if (found !== word) tally.strayed += 1;
    }
    if (shown) {
      const at = JSON.stringify(shown.at);
      const ofAnna = () => seen(ben, anna.doc.clientID);
      const there = await until(() => (JSON.stringify(ofAnna()) === at ? ofAnna() : undefined));
      assert.equal(wordAt({ ...shown, at: there }, ben.doc), wordAt(shown, anna.doc));
    }
  }
  return tally;
}

test("[T125] a caret stays at its word while the text is replaced, for who has it and for who sees it", async (t) => {
  const random = seeded(t);
  const names = ["sveltecomponent", "rustcode", "automerge-paper"] as const;
  const found = names.map((name) => history(name)).filter((one) => one !== undefined);
  for (const one of [madeUpHistory(random), ...found]) {
    const { looked, repeated, strayed } = await stay(t, versionsOf(one), random);
    const name = "endContent" in one ? "recorded" : "made up";
    t.diagnostic(`${name}: ${looked} carets, ${repeated} at repeated words, ${strayed} strayed`);
    assert.ok(repeated < looked && strayed < looked / 50);
  }
});
