/** The thread in which stored documents are read for an archive. */
import type { Packed } from "../../persistence/packing.ts";
import { answerQuestions } from "../answer-questions.ts";
import { readStored } from "../stored-content.ts";
import type { ReadDocument } from "./stored-reader.ts";

answerQuestions<ReadDocument>((packed: Packed) => {
  const { title, language, state, content } = readStored(packed);
  const text = new TextEncoder().encode(content);
  const answer = { title, language, state, text };
  return { answer, transfer: [text.buffer, state.buffer] };
});
