/** `delete`: a document into the trash, or away for good. */
import type { AdminCommand } from "../command.ts";

interface Options {
  readonly purge?: boolean;
  readonly json?: true;
}

/** Adds the command. */
export const deleteCommand: AdminCommand = (program, context) => {
  program
    .command("delete <id>")
    .description("put a document into the trash, from which its owner can take it for 30 days")
    .option("--purge", "remove it for good, at once")
    .option("--json", "as JSON, for a program")
    .action(async (id: string, { purge = false, json }: Options) => {
      await context.client().delete(`/documents/${encodeURIComponent(id)}?purge=${purge}`);
      if (json) context.say(JSON.stringify({ id, purged: purge }));
      else context.say(purge ? `Removed ${id} for good.` : `Put ${id} into the trash.`);
    });
};
