import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "./helpers/program.ts";

function read(path: string): string {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

function matches(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

test("[D1] every rule here has a test, and every test a rule here", () => {
  const promised = matches(read("docs/BEHAVIOUR.md"), /^- \*\*([A-Z]\d+)\*\*/gm);
  const sources = globSync("test/**/*.ts", { cwd: ROOT }).map(read).join("\n");
  const shown = matches(sources, /["`]\[([A-Z]\d+)\] /g);
  assert.deepEqual([...shown].toSorted(), [...promised].toSorted());
});

test("[D2] every symbol and file that ARCHITECTURE.md names exists", () => {
  const quoted = matches(read("ARCHITECTURE.md"), /`([^`\n]+)`/g);
  const code = globSync("{server,web,persistence,test}/**/*.{ts,tsx}", {
    cwd: ROOT,
    exclude: ["web/dist/**"],
  })
    .map(read)
    .join("\n");
  for (const name of quoted) {
    if (/^[\w./-]+\/$|\.(ts|tsx|json|md)$/.test(name)) {
      assert.ok(existsSync(`${ROOT}/${name}`), `no file ${name}`);
    } else if (/^#?[A-Za-z]\w*(\.#?[A-Za-z]\w*)*(\(\))?$/.test(name)) {
      for (const part of name.replace("()", "").split(".")) {
        assert.ok(code.includes(part), `no symbol ${name}`);
      }
    }
  }
});
