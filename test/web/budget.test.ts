/** What is counted of a chunk when it is held to its budget. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBefore, filesOf } from "../../web/build-manifest.ts";

test("[W192] what a chunk adds is counted with the workers that it starts", () => {
  const manifest = {
    "preview.ts": { file: "preview.js", css: ["preview.css"], imports: ["reading.ts"] },
    "reading.ts": { file: "reading.js", assets: ["worker.js", "font.woff2"] },
  };
  const files = filesOf(manifest, "preview.ts");
  assert.deepEqual(files.toSorted(), ["preview.css", "preview.js", "reading.js", "worker.js"]);
});

test("[W193] a chunk is not charged with what every way to it has brought along", () => {
  const manifest = {
    "index.html": { file: "first.js", isEntry: true, dynamicImports: ["a.ts", "b.ts"] },
    "a.ts": { file: "a.js", isDynamicEntry: true, imports: ["both.ts"], dynamicImports: ["c.ts"] },
    "b.ts": { file: "b.js", isDynamicEntry: true, imports: ["both.ts"], dynamicImports: ["c.ts"] },
    "both.ts": { file: "both.js" },
    "c.ts": { file: "c.js", isDynamicEntry: true, dynamicImports: ["a.ts"] },
  };
  const before = filesBefore(manifest);
  assert.deepEqual([...(before.get("c.ts") ?? [])].toSorted(), ["both.js", "first.js"]);
  assert.deepEqual([...(before.get("a.ts") ?? [])], ["first.js"]);
});
