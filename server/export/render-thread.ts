/** The thread in which documents are made into other formats and files into text: one question, one answer. */
import { parentPort } from "node:worker_threads";
import { readFile } from "../import/read-file.ts";
import { renderDocx } from "./docx.ts";
import { renderHtml } from "./html.ts";
import type { RenderReply, RenderRequest } from "./render-worker.ts";

async function answer(request: RenderRequest): Promise<RenderReply> {
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

/** What a stranger's file makes its reader do is the file's fault. */
async function read(from: "page" | "word", file: Buffer): Promise<RenderReply> {
  try {
    return { result: await readFile(from, file) };
  } catch (error) {
    return { unreadable: String(error) };
  }
}

function say(reply: RenderReply): void {
  parentPort?.postMessage(reply);
}

parentPort?.on("message", (request: RenderRequest) => {
  answer(request).then(say, (error: unknown) =>
    say({ failure: String(error instanceof Error ? error.stack : error) }),
  );
});
say({ ready: true });
