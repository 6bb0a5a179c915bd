/**
 * The thread that owns a search index in a file. A file that is of no use any more is removed, and
 * the question that met it fails: then it is made anew.
 */
import { workerData } from "node:worker_threads";
import { isRotten, removeSearchFile, SearchFile } from "../../persistence/sqlite/search-file.ts";
import { answerQuestions } from "../answer-questions.ts";
import { answerFrom } from "./answers.ts";
import type { SearchQuestion } from "./search-calls.ts";

const path = String(workerData);

let file: SearchFile | undefined;

answerQuestions(async (question: SearchQuestion) => {
  try {
    file ??= new SearchFile(path);
    return { answer: await answerFrom(file, question) };
  } catch (error) {
    if (isRotten(error)) {
      file?.close();
      removeSearchFile(path);
    }
    throw error;
  }
});
