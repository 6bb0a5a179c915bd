/** `export`: everything the server has, as a zip. The file has its name once it is whole. */
import { createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";
import type { Usage } from "#protocol/rest-admin.ts";
import { progressOn } from "../../../persistence/progress.ts";
import { ArchiveWatch } from "../archive-watch.ts";
import { type AdminCommand, type AdminContext, CommandError } from "../command.ts";

interface Options {
  readonly trash?: true;
  readonly json?: true;
}

/** Adds the command. */
export const exportCommand: AdminCommand = (program, context) => {
  program
    .command("export <file>")
    .description("save all documents with their images as a zip")
    .option("--trash", "those in the trash too")
    .option("--json", "as JSON, for a program")
    .action(async (name: string, { trash, json }: Options) => {
      const file = context.pathOf(name);
      if (existsSync(file)) throw new CommandError(`${file} is there already.`);
      const client = context.client();
      const { documents, inTrash } = await client.get<Usage>("/usage");
      const total = documents + (trash ? inTrash : 0);
      const body = await client.stream(`/export?trash=${trash === true}`);
      const watch = new ArchiveWatch();
      const onProgress = progressOn(context.progressOutput, "documents exported");
      await save(body, file, context, (chunk) => {
        watch.take(chunk);
        if (!json) onProgress(Math.min(watch.documents, total), total);
      });
      // On a terminal the bar is gone then, whatever is missing.
      if (!json && context.progressOutput.isTTY) onProgress(total, total);
      context.say(
        json
          ? JSON.stringify({ file, documents: watch.documents, bytes: watch.bytes })
          : summary(file, watch, total),
      );
    });
};

function summary(file: string, { documents, bytes }: ArchiveWatch, total: number): string {
  const missing =
    documents < total ? ` of ${total}; manifest.json in it says which are missing` : "";
  return `Exported ${documents} documents${missing} to ${file}: ${bytes} bytes.`;
}

async function save(
  body: Readable,
  file: string,
  { signal }: AdminContext,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  const partial = `${file}.quire-partial`;
  async function* watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      onChunk(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(body, watched, createWriteStream(partial, { flush: true }), { signal });
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`The export broke off and nothing was kept of it: ${why}.`, { cause });
  }
}
