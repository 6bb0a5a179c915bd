/** `npm run crash -- [--kills 200] [--seed N]`: the crash harness at length. */
import { parseArgs } from "node:util";
import { programScope } from "../helpers/scope.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { crash } from "./harness.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(values.kills);
const scope = programScope();
process.stdout.write(`${kills} kills, --seed ${seed}\n`);
try {
  await crash(scope, {
    dataDir: await temporaryFolder(scope),
    kills,
    seed,
    onKill: ({ kill, how, acknowledged, written }) => {
      process.stdout.write(
        `kill ${kill} ${how}: ${acknowledged} of ${written} acknowledged, none of them lost\n`,
      );
    },
  });
  process.stdout.write(`${kills} kills, no acknowledged edit lost\n`);
} catch (error) {
  process.stderr.write(`${String(error)}\nrepeat it with --seed ${seed}\n`);
  process.exitCode = 1;
} finally {
  await scope.end();
}
