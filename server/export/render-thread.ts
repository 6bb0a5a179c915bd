/** The thread in which documents are made into other formats: one question, one answer. */
import { parentPort } from "node:worker_threads";
import { renderDocx } from "./docx.ts";
import { renderHtml } from "./html.ts";
import type { RenderReply, RenderRequest } from "./renderer.ts";

async function render({ format, title, content }: RenderRequest): Promise<string | Uint8Array> {
  return format === "html" ? renderHtml(title, content) : renderDocx(title, content);
}

function say(reply: RenderReply): void {
  parentPort?.postMessage(reply);
}

parentPort?.on("message", (request: RenderRequest) => {
  render(request).then(
    (body) => say({ body }),
    (error: unknown) => say({ failure: String(error) }),
  );
});
