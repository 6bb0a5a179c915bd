/**
 * `migrate`: everything from the data folder to Postgres, or back. Works on what is stored, and
 * so no server may be running on either.
 */
import type { Finding } from "../../../persistence/document-comparison.ts";
import type { RowReader, RowWriter } from "../../../persistence/document-rows.ts";
import { type Migrated, migrate, type MigrationProgress } from "../../../persistence/migration.ts";
import {
  readPostgresRows,
  writePostgresRows,
} from "../../../persistence/postgres/document-rows.ts";
import { progressOn } from "../../../persistence/progress.ts";
import { readSqliteRows, writeSqliteRows } from "../../../persistence/sqlite/document-rows.ts";
import { StoreError } from "../../../persistence/store-error.ts";
import { type AdminCommand, type AdminContext, CommandError } from "../command.ts";

/** An address, or true for the one in the environment. */
type AddressOption = string | true;

interface Options {
  readonly to?: AddressOption;
  readonly from?: AddressOption;
  readonly json?: true;
}

/** Where everything is, and where it goes. */
interface Way {
  readonly source: RowReader;
  readonly target: RowWriter;
}

/** Adds the command. */
export const migrateCommand: AdminCommand = (program, context) => {
  program
    .command("migrate")
    .description("move everything from DATA_DIR to Postgres, or back; stop the server first")
    .option("--to [url]", "to this Postgres, default DATABASE_URL, from DATA_DIR")
    .option("--from [url]", "from this Postgres, default DATABASE_URL, to DATA_DIR")
    .option("--json", "as JSON, for a program")
    .action(async (options: Options) => {
      const way = await opened(options, context).catch(refuse);
      try {
        const migrated = await moved(way, options, context);
        for (const line of options.json ? [JSON.stringify(migrated)] : linesOf(migrated, way)) {
          context.say(line);
        }
        refuseDifferences(migrated);
      } finally {
        await way.target.close();
        await way.source.close();
      }
    });
};

async function opened({ to, from }: Options, { dataDir, databaseUrl }: AdminContext): Promise<Way> {
  if ((to === undefined) === (from === undefined)) misused("Say either --to or --from.");
  const option = to ?? from;
  const url = (option === true ? databaseUrl : option) ?? "";
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    misused(
      "Set DATABASE_URL to the address of a Postgres, such as postgres://user:password@host/quire.",
    );
  }
  const source = to ? await readSqliteRows(dataDir) : await readPostgresRows(url);
  try {
    return { source, target: to ? await writePostgresRows(url) : await writeSqliteRows(dataDir) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function moved(
  { source, target }: Way,
  { json }: Options,
  { progressOutput, signal }: AdminContext,
): Promise<Migrated> {
  let words = "";
  const onStep = progressOn(progressOutput, () => words);
  const onProgress = (done: MigrationProgress, total: MigrationProgress) => {
    const documents = `${done.documents} of ${total.documents} documents`;
    words = `${documents}, ${inMb(done.bytes)} of ${inMb(total.bytes)} migrated`;
    onStep(workOf(done), workOf(total));
  };
  try {
    return await migrate({ source, target, signal, ...(!json && { onProgress }) });
  } catch (error) {
    if (!signal.aborted) refuse(error);
    if (!json) progressOutput.write("\nInterrupted. Run it again, it goes on where it was.\n");
    throw error;
  }
}

/** A document without content takes as long as so many bytes. */
const DOCUMENT_WORK = 16 * 1024;

function workOf({ documents, bytes }: MigrationProgress): number {
  return bytes + documents * DOCUMENT_WORK;
}

function linesOf(migrated: Migrated, { source, target }: Way): string[] {
  const { documents, copied, edits, attachments, bytes, differences, damage } = migrated;
  const count = `${documents} documents, ${edits} edits and ${attachments} attachments, ${inMb(bytes)}`;
  const before = copied === 0 ? "All of it" : `${documents - copied} of the documents`;
  const there = copied < documents ? ` ${before} had been there already.` : "";
  const isSame = differences.length === 0 ? "Verified" : "Found differences in";
  return [
    ...damage.map((finding) => `${lineOf(finding)}, as in the source`),
    ...differences.map(lineOf),
    `${isSame} ${target.name} against ${source.name}: ${count}.${there}`,
  ];
}

function lineOf({ document, problem }: Finding): string {
  return document === undefined ? problem : `document ${document}: ${problem}`;
}

function refuseDifferences({ differences }: Migrated): void {
  if (differences.length === 0) return;
  const documents = new Set(differences.flatMap(({ document }) => document ?? []));
  const what = documents.size > 0 ? `${documents.size} documents` : "The store's secrets";
  throw new CommandError(`${what} are not what they are in the source.`);
}

/** With what can be done about it. */
function refuse(error: unknown): never {
  if (!(error instanceof StoreError)) throw error;
  const { message, hint } = error;
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  throw new CommandError(hint ? `${sentence} ${hint}` : sentence, { cause: error });
}

function misused(message: string): never {
  throw new CommandError(message, { isMisuse: true });
}

function inMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
