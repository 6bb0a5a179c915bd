/** `list`: all documents, or those that hold some words. */
import type { AdminDocument, AdminDocuments } from "#protocol/rest-admin.ts";
import { type AdminCommand, type AdminContext, harmless } from "../command.ts";

/** Documents that are asked for at once. */
const PAGE = 200;

interface Options {
  readonly query?: string;
  readonly json?: true;
}

/** Adds the command. */
export const listCommand: AdminCommand = (program, context) => {
  program
    .command("list")
    .description("list all documents, the newest first")
    .option("--query <words>", "only those with each of these words in title or text")
    .option("--json", "as JSON, for a program")
    .action(async ({ query, json }: Options) => {
      const all: AdminDocument[] = [];
      for await (const document of documents(context, query)) {
        if (json) all.push(document);
        else for (const line of linesOf(document)) context.say(line);
      }
      if (json) context.say(JSON.stringify(all));
    });
};

async function* documents(
  context: AdminContext,
  query: string | undefined,
): AsyncGenerator<AdminDocument> {
  const client = context.client();
  let cursor: string | null = null;
  do {
    const parameters = new URLSearchParams({
      limit: String(PAGE),
      ...(query && { query }),
      ...(cursor && { cursor }),
    });
    const page: AdminDocuments = await client.get(`/documents?${parameters.toString()}`);
    yield* page.documents;
    ({ cursor } = page);
  } while (cursor !== null);
}

function linesOf(document: AdminDocument): string[] {
  const { id, updatedAt, bytes, connections, deletedAt, title, snippet } = document;
  const about = [
    id,
    updatedAt.slice(0, 16).replace("T", " "),
    `${bytes ?? "?"} bytes`.padStart(15),
    `${connections} open`.padStart(9),
    harmless(title ?? "?"),
    ...(deletedAt ? [`(in the trash since ${deletedAt.slice(0, 10)})`] : []),
  ];
  return [about.join("  "), ...(snippet ? [`    ${harmless(snippet)}`] : [])];
}
