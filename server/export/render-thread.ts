/** The thread in which documents are made into other formats and files into text. */
import { answerQuestions } from "../answer-questions.ts";
import { readFile } from "../import/read-file.ts";
import { renderDocx } from "./docx.ts";
import { renderHtml } from "./html.ts";
import type { RenderOutcome, RenderRequest } from "./render-worker.ts";

answerQuestions(async (request: RenderRequest) => ({ answer: await outcomeOf(request) }));

async function outcomeOf(request: RenderRequest): Promise<RenderOutcome> {
  switch (request.to) {
    case "html":
      return { result: renderHtml(request.text) };
    case "docx":
      return { result: await renderDocx(request.text) };
    case "markdown":
      return read(request.from, Buffer.from(request.file));
    default:
      return request satisfies never;
  }
}

async function read(from: "page" | "word", file: Buffer): Promise<RenderOutcome> {
  try {
    return { result: await readFile(from, file) };
  } catch (error) {
    return { unreadable: String(error) };
  }
}
