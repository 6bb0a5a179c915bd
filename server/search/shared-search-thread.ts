/** The thread that reads documents into a search index in Postgres and looks into it, by a connection of its own. */
import { workerData } from "node:worker_threads";
import type { Address } from "../../persistence/postgres/connection.ts";
import { Database } from "../../persistence/postgres/database.ts";
import { SearchTable } from "../../persistence/postgres/search-table.ts";
import { answerQuestions } from "../answer-questions.ts";
import { answerFrom } from "./answers.ts";
import type { SearchQuestion } from "./search-calls.ts";

const table = new SearchTable(new Database(workerData as Address, 1));

answerQuestions(async (question: SearchQuestion) => ({
  answer: await answerFrom(table, question),
}));
