/** The inside of an `AskedThread`: a question comes, its answer goes. */
import { parentPort, type Transferable } from "node:worker_threads";
import type { ThreadReply } from "./asked-thread.ts";

export interface Answered<Answer> {
  readonly answer: Answer;
  /** Buffers that move to who asked instead of being copied. */
  readonly transfer?: readonly Transferable[];
}

/** Called once, by the file of a thread; it knows what it is asked. */
export function answerQuestions<Answer>(
  answerOf: (question: never) => Answered<Answer> | Promise<Answered<Answer>>,
): void {
  const say = (reply: ThreadReply<Answer>, transfer: readonly Transferable[] = []) =>
    parentPort?.postMessage(reply, transfer);
  const answer = async (question: unknown) => answerOf(question as never);
  parentPort?.on("message", (question: unknown) => {
    answer(question).then(
      (answered) => say({ answer: answered.answer }, answered.transfer),
      (error: unknown) => say({ failure: String(error instanceof Error ? error.stack : error) }),
    );
  });
  say({ ready: true });
}
