/**
 * What a block still needs once it is sanitised: code in colours, formulas, diagrams. What is
 * there already is drawn at once, all else when it has been fetched.
 */
import { theme } from "../theme.ts";
import { colourCode } from "./code-colours.ts";
import { drawDiagram, type Shade } from "./diagrams.ts";
import { drawFormula } from "./formulas.ts";
import { sanitise } from "./sanitise.ts";

const DIAGRAM = "language-mermaid";

/** A block, and what resolves when all of it is drawn. */
export interface Drawn {
  readonly element: HTMLElement;
  readonly whole: Promise<unknown>;
}

export function drawBlock(html: string, shade: Shade): Drawn {
  const element = document.createElement("div");
  element.className = "block";
  element.append(sanitise(html));
  const code = [...element.querySelectorAll<HTMLElement>("pre > code[class*='language-']")];
  const waits = [
    ...code.map((each) =>
      each.classList.contains(DIAGRAM) ? place(each, shade) : colourCode(each),
    ),
    ...Array.from(element.querySelectorAll<HTMLElement>(".formula"), drawFormula),
  ];
  return { element, whole: settle(waits) };
}

/** In the theme that was chosen, or the system's. */
export function shadeNow(): Shade {
  if (theme.peek() !== "system") return theme.peek() === "dark" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** For another shade; the source is with the place. */
export function redrawDiagrams(root: HTMLElement, shade: Shade): void {
  for (const each of root.querySelectorAll<HTMLElement>(".diagram-place")) {
    const source = sources.get(each);
    if (source !== undefined) void drawDiagram(each, source, shade);
  }
}

const sources = new WeakMap<HTMLElement, string>();

/** The code's own `<pre>` would scroll and be read as code. */
function place(code: HTMLElement, shade: Shade): Promise<void> | undefined {
  const element = document.createElement("div");
  element.className = "diagram-place";
  const source = code.textContent;
  sources.set(element, source);
  const pre = code.parentElement;
  pre?.replaceWith(element);
  if (pre) element.append(pre);
  return drawDiagram(element, source, shade);
}

/** What cannot be fetched, offline, stays as it is written. */
async function settle(waits: readonly (Promise<void> | undefined)[]): Promise<void> {
  const fetched = waits.filter((wait) => wait !== undefined);
  for (const result of await Promise.allSettled(fetched)) {
    if (result.status === "rejected") console.info("A part of the preview was not drawn.", result);
  }
}
