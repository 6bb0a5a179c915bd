/** The REST calls that the page makes. */
import type { CreatedDocument, DocumentMetadata, Problem } from "#protocol/rest.ts";

/** The server, or the way to it, said no; `message` is a sentence for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
}

export async function createDocument(): Promise<CreatedDocument> {
  const response = await fetch("/api/documents", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  }).catch((cause: unknown) => {
    throw new ApiError("The server cannot be reached. Check the connection and try again.", {
      cause,
    });
  });
  if (!response.ok) throw new ApiError(await detailOf(response));
  return (await response.json()) as CreatedDocument;
}

/** The epoch of the document as the server has it now. */
export async function readEpoch(id: string, token: string): Promise<number> {
  const response = await fetch(`/api/documents/${id}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new ApiError(await detailOf(response));
  const { epoch } = (await response.json()) as DocumentMetadata;
  return epoch;
}

/** Lets a damaged document go on without what is lost. */
export async function acceptLoss(id: string, token: string): Promise<void> {
  const response = await fetch(`/api/documents/${id}/accept-loss`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new ApiError(await detailOf(response));
}

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as Problem;
    return detail;
  } catch {
    return "The server could not do that. Try again in a moment.";
  }
}
