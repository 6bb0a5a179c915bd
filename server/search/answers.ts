/**
 * Answers what a search index is asked, wherever its entries are kept: reads documents into it and
 * looks into it. To be called in a thread: both may take long.
 */
import { UNTITLED } from "#protocol/document.ts";
import type { Packed } from "../../persistence/packing.ts";
import type { EntryHead, SearchEntries, SearchEntry } from "../../persistence/search-entry.ts";
import { readStored } from "../stored-content.ts";
import { fold, wordsOf } from "./folding.ts";
import type { Comparison, Hit, SearchCalls, SearchQuestion, Stretch } from "./search-calls.ts";
import { snippetOf } from "./snippet.ts";

type Answers = {
  [Name in keyof SearchCalls]: (
    ...args: SearchCalls[Name]["args"]
  ) => SearchCalls[Name]["answer"] | Promise<SearchCalls[Name]["answer"]>;
};

/** Rejects with whatever the entries throw, or when a document does not decode. */
export async function answerFrom(
  entries: SearchEntries,
  { call, args }: SearchQuestion,
): Promise<unknown> {
  // Questions and answers are typed from the same table, but not name by name once they are data.
  const answer = answersOf(entries)[call] as (...given: readonly unknown[]) => unknown;
  return answer(...args);
}

function answersOf(entries: SearchEntries): Answers {
  return {
    put: (head, stored) => entries.put(entryOf(head, stored)),
    remove: (id) => entries.remove(id),
    titles: (ids) => entries.titles(ids),
    compare: (stretch) => compare(entries, stretch),
    find: (query, before, most) => find(entries, wordsOf(query), { before, most }),
  };
}

function entryOf(head: EntryHead, stored: Packed): SearchEntry {
  const { title, content: text } = readStored(stored);
  // A title that is only said for want of one is not what anybody looks for.
  const folded = fold(`${title === UNTITLED && !text ? "" : title}\n${text}`);
  return { ...head, title, text, folded, bytes: Buffer.byteLength(text) };
}

async function compare(
  entries: SearchEntries,
  { documents, from, before }: Stretch,
): Promise<Comparison> {
  const heads = await entries.heads(from, before);
  const known = new Map(heads.map(({ id, seq }) => [id, seq]));
  const listed = new Set(documents.map(({ id }) => id));
  return {
    // Nothing is to be read of a document that nobody has written in.
    behind: documents.filter(({ id, seq }) => (known.get(id) ?? 0) !== seq).map(({ id }) => id),
    strays: heads.filter(({ id }) => !listed.has(id)).map(({ id }) => id),
  };
}

async function find(
  entries: SearchEntries,
  words: readonly string[],
  range: { readonly before: number; readonly most: number },
): Promise<readonly Hit[]> {
  const hits: Hit[] = [];
  for await (const entry of entries.find({ words, ...range })) {
    hits.push({ id: entry.id, place: entry.place, snippet: snippetOf(entry, words) });
  }
  return hits;
}
