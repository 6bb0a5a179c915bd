/** How exports share one thread: whose turn it is, what is made once, what is given up, what breaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../server/errors.ts";
import { type ExportOrder, Renderer } from "../../server/export/renderer.ts";
import { RenderQueue } from "../../server/export/render-queue.ts";
import { until } from "../helpers/until.ts";

const FOR_EVER = new AbortController().signal;

function order(content: string, documentId = "d"): ExportOrder {
  const source = JSON.stringify([documentId, content]);
  return {
    format: "html",
    documentId,
    title: "t",
    content,
    language: undefined,
    images: [],
    source,
  };
}

/** A queue with work in it that ends when it is told to. */
function scene() {
  const queue = new RenderQueue();
  const begun: string[] = [];
  const givenUp: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (key: string, owner = key, leaving = FOR_EVER) =>
    queue.ask(
      {
        key,
        owner,
        run: (signal) => {
          begun.push(key);
          const { promise, resolve, reject } = Promise.withResolvers<string>();
          signal.addEventListener("abort", () => {
            givenUp.push(key);
            reject(signal.reason as Error);
          });
          ends.set(key, () => resolve(`made ${key}`));
          return promise;
        },
      },
      leaving,
    );
  const end = async (key: string) => (await until(() => ends.get(key)))();
  return { queue, begun, givenUp, ask, end };
}

test("[T170] what several ask for is made once, also while it is being made", async () => {
  const { begun, ask, end } = scene();
  const asked = [ask("a"), ask("b"), ask("a"), ask("b")];
  await end("a");
  await end("b");
  assert.deepEqual(await Promise.all(asked), ["made a", "made b", "made a", "made b"]);
  assert.deepEqual(begun, ["a", "b"]);
  const later = ask("a");
  await until(() => begun.length === 3);
  await end("a");
  assert.equal(await later, "made a");
});

test("[T171] one document has two places in the queue, and all of them twenty; beyond that it is refused", async (t) => {
  const { ask, queue } = scene();
  t.after(() => queue.close());
  const ofOne = ["a", "b", "c", "d"].map((key) => ask(key, "one document"));
  await assert.rejects(ofOne[3] ?? ask("d"), { code: "rate" });
  const others = Array.from({ length: 20 }, (_, index) => ask(`other ${index}`));
  const kept = [...ofOne.slice(0, 3), ...others.slice(0, 18)].map((asked) =>
    assert.rejects(asked, AppError),
  );
  const refused = await Promise.allSettled(others.slice(18));
  const codes = refused.map((end) => end.status === "rejected" && (end.reason as AppError).code);
  assert.deepEqual(codes, ["overload", "overload"]);
  queue.close();
  await Promise.all(kept);
});

test("[T171] of thirty exports at once twenty-one are made, and nine are refused", async (t) => {
  const renderer = new Renderer();
  t.after(() => renderer.close());
  const many = Array.from({ length: 30 }, (_, index) =>
    renderer.export(order("x", `document ${index}`), FOR_EVER),
  );
  const ends = await Promise.allSettled(many);
  const refusals = ends.filter((end) => end.status === "rejected");
  assert.equal(refusals.length, 9);
  for (const { reason } of refusals) assert.equal((reason as AppError).code, "overload");
});

test("[T172] what nobody waits for any more is not begun, or is given up", async () => {
  const { begun, givenUp, ask, end } = scene();
  const [one, other, third] = [1, 2, 3].map(() => new AbortController());
  const running = [ask("a", "a", one?.signal), ask("a", "a", other?.signal)];
  const waiting = ask("b", "b", third?.signal);
  const last = ask("c");
  await until(() => begun.length === 1);
  one?.abort();
  assert.deepEqual(givenUp, [], "another still waits for it");
  third?.abort();
  await assert.rejects(waiting, AppError);
  other?.abort();
  for (const asked of running) await assert.rejects(asked, AppError);
  assert.deepEqual(givenUp, ["a"]);
  await end("c");
  assert.equal(await last, "made c");
  assert.deepEqual(begun, ["a", "c"]);
});

test("[T172] an export whose reader has gone leaves the thread to the next", async (t) => {
  const renderer = new Renderer();
  t.after(() => renderer.close());
  const leaving = new AbortController();
  const content = "**a** | `b`\n\n- c\n".repeat(200_000);
  const large = renderer.export(order(content), leaving.signal);
  const small = renderer.export(order("x", "another"), FOR_EVER);
  leaving.abort();
  await assert.rejects(large, AppError);
  assert.match(String(await small), /<p>x/);
});

/** A thread that does this with what it is asked. */
function threadThat(does: string): URL {
  const source = `import { parentPort } from "node:worker_threads";
    parentPort.on("message", (request) => { ${does} });
    parentPort.postMessage({ ready: true });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

test("[T173] a mistake in the thread, or its death, is told as what it is, and the next export works", async (t) => {
  const answer = 'parentPort.postMessage({ answer: { result: "made" } });';
  const ask = (does: string) => {
    const renderer = new Renderer({ module: threadThat(does) });
    t.after(() => renderer.close());
    return (content: string) => renderer.export(order(content), FOR_EVER);
  };
  const failing = ask(
    `if (request.text.content === "fail") parentPort.postMessage({ failure: "ours" }); else ${answer}`,
  );
  await assert.rejects(
    failing("fail"),
    (error) => !(error instanceof AppError) && /ours/.test(String(error)),
  );
  assert.equal(await failing("x"), "made");
  const dying = ask(`if (request.text.content === "die") process.exit(); else ${answer}`);
  await assert.rejects(dying("die"), (error) => !(error instanceof AppError));
  assert.equal(await dying("x"), "made");
  // It dies after its answer, while nobody asks.
  const leaving = ask(`${answer} setImmediate(() => process.exit());`);
  for (let count = 0; count < 5; count++) {
    // While it is dying an export may fail with it.
    await until(() => leaving("x").catch(() => undefined));
  }
});
