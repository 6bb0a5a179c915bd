/**
 * The thread that owns the search index: reads documents into it and looks into it. A file that
 * is of no use any more is removed, and the question that met it fails: then it is made anew.
 */
import { workerData } from "node:worker_threads";
import { UNTITLED } from "#protocol/document.ts";
import { isRotten, removeSearchFile, SearchFile } from "../../persistence/sqlite/search-file.ts";
import { answerQuestions } from "../answer-questions.ts";
import { readStored } from "../stored-content.ts";
import { fold, wordsOf } from "./folding.ts";
import type { Comparison, SearchCalls, SearchQuestion, Stretch } from "./search-calls.ts";
import { snippetOf } from "./snippet.ts";

type Handlers = {
  [Name in keyof SearchCalls]: (...args: SearchCalls[Name]["args"]) => SearchCalls[Name]["answer"];
};

const path = String(workerData);

function handlersOf(file: SearchFile): Handlers {
  return {
    put: (head, stored) => {
      const { title, content: text } = readStored(stored);
      // A title that is only said for want of one is not what anybody looks for.
      const folded = fold(`${title === UNTITLED && !text ? "" : title}\n${text}`);
      file.put({ ...head, title, text, folded, bytes: Buffer.byteLength(text) });
    },
    remove: (id) => file.remove(id),
    titles: (ids) => file.titles(ids),
    compare: (stretch) => compare(file, stretch),
    find: (query, before, most) => {
      const words = wordsOf(query);
      const hits = [];
      for (const entry of file.find({ words, before, most })) {
        hits.push({ id: entry.id, place: entry.place, snippet: snippetOf(entry, words) });
      }
      return hits;
    },
  };
}

function compare(file: SearchFile, { documents, from, before }: Stretch): Comparison {
  const heads = file.heads(from, before);
  const known = new Map(heads.map(({ id, seq }) => [id, seq]));
  const listed = new Set(documents.map(({ id }) => id));
  return {
    // Nothing is to be read of a document that nobody has written in.
    behind: documents.filter(({ id, seq }) => (known.get(id) ?? 0) !== seq).map(({ id }) => id),
    strays: heads.filter(({ id }) => !listed.has(id)).map(({ id }) => id),
  };
}

let file: SearchFile | undefined;

answerQuestions(({ call, args }: SearchQuestion) => {
  try {
    file ??= new SearchFile(path);
    // Questions and handlers are typed from the same table, but not name by name once they are data.
    const handler = handlersOf(file)[call] as (...given: readonly unknown[]) => unknown;
    return { answer: handler(...args) };
  } catch (error) {
    if (isRotten(error)) {
      file?.close();
      removeSearchFile(path);
    }
    throw error;
  }
});
