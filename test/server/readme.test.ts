/** The commands of the README, as somebody would paste them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Document, Packer, Paragraph } from "docx";
import { png } from "../helpers/images.ts";
import { ROOT } from "../helpers/program.ts";
import { startServer } from "../helpers/server.ts";
import { temporaryFolder } from "../helpers/temporary.ts";

const run = promisify(execFile);

test("[T163] every command that the README shows works as it stands", async (t) => {
  const server = await startServer(t);
  const cwd = await temporaryFolder(t);
  writeFileSync(join(cwd, "notes.md"), "# Errands\n\n- milk\n");
  writeFileSync(join(cwd, "photo.png"), png());
  const report = new Document({ sections: [{ children: [new Paragraph("A report.")] }] });
  writeFileSync(join(cwd, "report.docx"), await Packer.toBuffer(report));
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const shown = /## From the shell\n.*?```sh\n(.*?)```/s.exec(readme)?.[1] ?? "";
  // What goes on until somebody ends it is ended here.
  const script = shown
    .replace("http://localhost:3000", server.url)
    .replaceAll(/^curl -sfN .*$/gm, (command) => `timeout 2 ${command} || [ $? = 124 ]`);
  assert.ok(script.split("curl ").length > 15, "the section was not found");
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { cwd });
  assert.match(stdout, /- oat milk\n- bread/);
  assert.match(stdout, /event: content/);
  assert.match(stdout, /!\[\]\(\S+\.png\)/);
  assert.equal(readFileSync(join(cwd, "Errands.docx")).subarray(0, 2).toString(), "PK");
});
