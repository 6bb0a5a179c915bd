/** What a command of `npm run admin` is: a file in `commands/` that adds one to the program. */
import type { Command } from "commander";
import type { ProgressOutput } from "../../persistence/progress.ts";
import type { AdminClient } from "./client.ts";

/** What a command is given by the program. */
export interface AdminContext {
  /** To the server that the options name. @throws CommandError without a token. */
  client(): AdminClient;
  /** One line on standard output. */
  say(line: string): void;
  /** Where it may show how far it has come. */
  readonly progressOutput: ProgressOutput;
  /** Aborts when it is to end. */
  readonly signal: AbortSignal;
  /** Where the server keeps its data when it has no Postgres. */
  readonly dataDir: string;
  /** Of the Postgres that nodes share, if it is set. */
  readonly databaseUrl: string | undefined;
  /** A file as it is meant from where the person stands. */
  pathOf(file: string): string;
}

/** Adds itself to the program. */
export type AdminCommand = (program: Command, context: AdminContext) => void;

/** What ends a command, as a sentence that says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly isMisuse: boolean;

  /** @param isMisuse It was called wrongly, and nothing was done. */
  constructor(
    message: string,
    { isMisuse = false, cause }: { isMisuse?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.isMisuse = isMisuse;
  }
}

/** Somebody's words, as a terminal may show them: nothing in them moves the cursor or hides. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
