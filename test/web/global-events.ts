/** Stands in for the events of a window, which Node's global object has none of. */
import type { TestContext } from "node:test";

/** What listens to the window listens to `target` instead, up to the end of the test. */
export function listenTo(t: TestContext, target: EventTarget): void {
  const names = ["addEventListener", "removeEventListener"] as const;
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      configurable: true,
      value: target[name].bind(target),
    });
  }
  t.after(() => {
    for (const name of names) Reflect.deleteProperty(globalThis, name);
  });
}
