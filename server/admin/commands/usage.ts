/** `usage`: how much the server holds. */
import type { Usage } from "#protocol/rest-admin.ts";
import type { AdminCommand } from "../command.ts";

/** Adds the command. */
export const usageCommand: AdminCommand = (program, context) => {
  program
    .command("usage")
    .description("count documents, edits, images and what is open")
    .option("--json", "as JSON, for a program")
    .action(async ({ json }: { json?: true }) => {
      const usage = await context.client().get<Usage>("/usage");
      if (json) return context.say(JSON.stringify(usage));
      for (const [what, value] of rows(usage)) context.say(`${what.padEnd(14)}${value}`);
    });
};

function rows(usage: Usage): [what: string, value: string][] {
  const { documents, inTrash, links, edits, databaseBytes, attachments } = usage;
  const { connections, rooms, memoryBytes, uptimeSeconds, version } = usage;
  return [
    ["documents", `${documents}, and ${inTrash} in the trash`],
    ["links", String(links)],
    ["edits", String(edits)],
    ["database", inMb(databaseBytes)],
    ["attachments", `${attachments.count}, ${inMb(attachments.bytes)}`],
    ["connections", `${connections} in ${rooms} open documents`],
    ["memory", inMb(memoryBytes)],
    ["up for", `${Math.floor(uptimeSeconds / 3600)} h ${Math.floor(uptimeSeconds / 60) % 60} min`],
    ["version", version],
  ];
}

function inMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
