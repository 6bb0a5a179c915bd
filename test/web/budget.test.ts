/** What is counted of a chunk when it is held to its budget. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOf } from "../../web/build-manifest.ts";

test("[W192] what a chunk adds is counted with the workers that it starts", () => {
  const manifest = {
    "preview.ts": { file: "preview.js", css: ["preview.css"], imports: ["reading.ts"] },
    "reading.ts": { file: "reading.js", assets: ["worker.js", "font.woff2"] },
  };
  const files = filesOf(manifest, "preview.ts");
  assert.deepEqual(files.toSorted(), ["preview.css", "preview.js", "reading.js", "worker.js"]);
});
