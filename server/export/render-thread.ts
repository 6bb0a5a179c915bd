/** The thread in which documents are made into other formats. */
import { answerQuestions } from "../answer-questions.ts";
import { renderDocx } from "./docx.ts";
import { renderHtml } from "./html.ts";
import type { RenderRequest } from "./renderer.ts";

answerQuestions(async ({ format, title, content }: RenderRequest) => ({
  answer: format === "html" ? renderHtml(title, content) : await renderDocx(title, content),
}));
