/**
 * What a block still needs once it is sanitised: code in colours, formulas, diagrams. What is
 * there already is drawn at once, all else when it has been fetched. A part that cannot be drawn
 * stays as it is written, and nothing else with it.
 */
import { Again } from "../again.ts";
import { theme } from "../theme.ts";
import { colourCode } from "./code-colours.ts";
import { drawDiagram, type Shade } from "./diagrams.ts";
import { drawFormula } from "./formulas.ts";
import { sanitise } from "./sanitise.ts";

const DIAGRAM = "language-mermaid";

/** A block, and what resolves when all of it is drawn that can be. */
export interface Drawn {
  readonly element: HTMLElement;
  readonly whole: Promise<unknown>;
}

/** Undefined when it is done; rejects when something could not be fetched, and throws for what never can be drawn. */
type Draw = () => Promise<void> | undefined;

/** What is not drawn yet because it could not be fetched, by its place. */
const missing = new Map<HTMLElement, Draw>();

const again = new Again(() => void drawMissing());

export function drawBlock(html: string, shade: Shade): Drawn {
  const element = document.createElement("div");
  element.className = "block";
  element.append(sanitise(html));
  const code = [...element.querySelectorAll<HTMLElement>("pre > code[class*='language-']")];
  const formulas = [...element.querySelectorAll<HTMLElement>(".formula")];
  const waits = [
    ...code.map((each) =>
      each.classList.contains(DIAGRAM)
        ? drawPlace(placeOf(each), shade)
        : attempt(each, () => colourCode(each)),
    ),
    ...formulas.map((each) => attempt(each, () => drawFormula(each))),
  ];
  return { element, whole: all(waits) };
}

/** In the theme that was chosen, or the system's. */
export function shadeNow(): Shade {
  if (theme.peek() !== "system") return theme.peek() === "dark" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** For another shade; the source is with the place. */
export function redrawDiagrams(root: HTMLElement, shade: Shade): void {
  for (const each of root.querySelectorAll<HTMLElement>(".diagram-place")) {
    void drawPlace(each, shade);
  }
}

const sources = new WeakMap<HTMLElement, string>();

/** The code's own `<pre>` would scroll and be read as code. */
function placeOf(code: HTMLElement): HTMLElement {
  const element = document.createElement("div");
  element.className = "diagram-place";
  sources.set(element, code.textContent);
  const pre = code.parentElement;
  pre?.replaceWith(element);
  if (pre) element.append(pre);
  return element;
}

function drawPlace(place: HTMLElement, shade: Shade): Promise<void> | undefined {
  return attempt(place, () => drawDiagram(place, sources.get(place) ?? "", shade));
}

async function drawMissing(): Promise<void> {
  const parts = [...missing].filter(([place]) => place.isConnected);
  missing.clear();
  await all(parts.map(([place, draw]) => attempt(place, draw)));
  if (missing.size === 0) again.rest();
}

function all(waits: readonly (Promise<void> | undefined)[]): Promise<unknown> {
  return Promise.all(waits.filter((wait) => wait !== undefined));
}

/** Undefined when nothing has to be waited for. */
function attempt(place: HTMLElement, draw: Draw): Promise<void> | undefined {
  missing.delete(place);
  try {
    return draw()?.catch((error: unknown) => {
      console.info("A part of the preview could not be fetched yet.", error);
      missing.set(place, draw);
      again.plan();
    });
  } catch (error) {
    console.info("A part of the preview cannot be drawn.", error);
    return undefined;
  }
}
