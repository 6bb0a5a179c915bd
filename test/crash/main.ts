/** `npm run crash -- [--kills 200] [--seed N]`: the crash harness at length. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { programScope } from "../helpers/scope.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { crash } from "./harness.ts";
import { HIT } from "./kills.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(values.kills);
const scope = programScope();
const counts = new Map<string, number>();
const hits = new Map<string, number>();
process.stdout.write(`${kills} kills, --seed ${seed}\n`);
try {
  await crash(scope, {
    dataDir: join(await temporaryFolder(scope), "data"),
    kills,
    seed,
    onKill: ({ kill, kind, found, acknowledged, written }) => {
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (found.startsWith(HIT)) hits.set(kind, (hits.get(kind) ?? 0) + 1);
      const outcome = `${acknowledged} of ${written} acknowledged, none of them lost`;
      process.stdout.write(
        `kill ${kill} ${kind}: ${[outcome, found].filter(Boolean).join("; ")}\n`,
      );
    },
  });
  const kinds = [...counts].map(([kind, count]) => {
    const hit = hits.get(kind);
    return `${count} ${kind}${hit === undefined ? "" : `, ${hit} ${HIT}`}`;
  });
  process.stdout.write(`${kills} kills (${kinds.join("; ")}), no acknowledged edit lost\n`);
} catch (error) {
  process.stderr.write(`${String(error)}\nrepeat it with --seed ${seed}\n`);
  process.exitCode = 1;
} finally {
  await scope.end();
}
