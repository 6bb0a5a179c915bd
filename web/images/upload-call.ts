/** Sends one image to the server and tells how far it is, which `fetch` cannot. */
import type { Attachment } from "#protocol/rest.ts";
import { ApiError, asApiError, errorOf } from "../api.ts";

interface UploadCall {
  readonly documentId: string;
  readonly token: string;
  readonly file: File;
  /** Ends it, and it rejects. */
  readonly signal: AbortSignal;
  /** @param part of it that has left, up to 1. */
  readonly onProgress: (part: number) => void;
}

/** @throws ApiError; `broken` for a file that is no image which this browser could show. */
export async function sendImage(call: UploadCall): Promise<Attachment> {
  await demandImage(call.file);
  const request = await answerTo(call);
  if (request.status === 201) return JSON.parse(request.responseText) as Attachment;
  throw await errorOf(new Response(request.responseText, { status: request.status }));
}

async function demandImage(file: File): Promise<void> {
  // Browsers decode SVG as part of a page only; the server looks at it.
  if (file.type === "image/svg+xml") return;
  try {
    (await createImageBitmap(file)).close();
  } catch (cause) {
    throw new ApiError("broken", "This is not an image that can be shown.", { cause });
  }
}

function answerTo({ documentId, token, file, signal, onProgress }: UploadCall) {
  const { promise, resolve, reject } = Promise.withResolvers<XMLHttpRequest>();
  const request = new XMLHttpRequest();
  const fail = () => reject(asApiError(new Error("the upload broke off")));
  request.open("POST", `/api/documents/${documentId}/attachments`);
  request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
  request.addEventListener("load", () => resolve(request));
  request.addEventListener("error", fail);
  request.addEventListener("abort", fail);
  signal.addEventListener("abort", () => request.abort());
  const form = new FormData();
  form.append("file", file, file.name);
  if (signal.aborted) fail();
  else request.send(form);
  return promise;
}
