/**
 * Diagrams by mermaid, which is fetched when a text has one. Each is shown as an image: whatever
 * its source makes mermaid write, in an image nothing runs, nothing is fetched and no style reaches
 * the page.
 */
import { words } from "../words/words.ts";

export type Shade = "light" | "dark";

type Mermaid = typeof import("mermaid").default;

/** What tags begin with, in every spelling that mermaid makes one of; a line break in a label and `<<interface>>` may stay. */
const TAG =
  /<<[\w -]+>>|<br\s*\/?>|<(?=[a-z/!?])|(?:[&#](?:amp|#?0*38|#?x0*26);?)*[&#]?#?(?:lt|0*60|x0*3c);/gi;

/** Followed by what has no width it begins none, however often it is decoded. */
const NO_TAG = "<\u200B";

/** Drawn ones are kept, so that a block that is drawn anew does not flicker; so many. */
const MOST_KEPT = 50;

const kept = new Map<string, HTMLImageElement>();

let count = 0;

/** One after another: mermaid is set up for one shade at a time. */
let last: Promise<void> = Promise.resolve();

/** What is to stand in a place; an older one that comes late is not shown any more. */
const wanted = new WeakMap<HTMLElement, string>();

/**
 * Puts the picture in the place of the source. Undefined when it was drawn before; rejects when
 * something could not be fetched.
 */
export function drawDiagram(
  place: HTMLElement,
  source: string,
  shade: Shade,
): Promise<void> | undefined {
  const key = `${shade} ${source}`;
  wanted.set(place, key);
  const before = kept.get(key);
  if (before) return show(place, before);
  const drawing = drawAfter(last, place, source, shade);
  last = drawing.catch(() => undefined);
  return drawing;
}

async function drawAfter(
  previous: Promise<void>,
  place: HTMLElement,
  source: string,
  shade: Shade,
): Promise<void> {
  await previous;
  const key = `${shade} ${source}`;
  const isWanted = () => place.isConnected && wanted.get(place) === key;
  if (!isWanted()) return;
  try {
    const image = kept.get(key) ?? (await draw(source, shade));
    keep(key, image);
    if (isWanted()) show(place, image);
  } catch (error) {
    if (isWanted()) complain(place, error);
    // What cannot be imported is one, whichever part of mermaid asked for it.
    if (error instanceof TypeError) throw error;
  }
}

function show(place: HTMLElement, image: HTMLImageElement): undefined {
  delete place.dataset["broken"];
  place.replaceChildren(image.cloneNode());
  return undefined;
}

/** The oldest goes. */
function keep(key: string, image: HTMLImageElement): void {
  kept.set(key, image);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** The source stays: it may be half written. */
function complain(place: HTMLElement, error: unknown): void {
  console.info("A diagram could not be drawn.", error);
  place.dataset["broken"] = words.peek().preview.brokenDiagram;
}

async function draw(source: string, shade: Shade): Promise<HTMLImageElement> {
  const { default: mermaid } = await import("mermaid");
  setUp(mermaid, shade);
  const workshop = document.createElement("div");
  workshop.className = "diagram-workshop";
  document.body.append(workshop);
  try {
    const { svg } = await mermaid.render(`diagram-${count++}`, withoutTags(source), workshop);
    return imageOf(svg, source);
  } finally {
    workshop.remove();
  }
}

/** Mermaid measures labels in the page itself before it makes them harmless. */
function withoutTags(source: string): string {
  return source.replaceAll(TAG, (found) => (/^<./.test(found) ? found : NO_TAG));
}

function setUp(mermaid: Mermaid, shade: Shade): void {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    secure: [
      "secure",
      "securityLevel",
      "startOnLoad",
      "maxTextSize",
      "maxEdges",
      "suppressErrorRendering",
      "themeCSS",
    ],
    suppressErrorRendering: true,
    theme: shade === "dark" ? "dark" : "default",
    fontFamily: "system-ui, sans-serif",
    // Text, and not HTML: not every browser shows that in an image.
    htmlLabels: false,
  });
}

/** By way of an inert document, which makes well-formed XML of it. */
function imageOf(svg: string, source: string): HTMLImageElement {
  const drawn = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  if (!drawn) throw new Error("no picture came of it");
  const { width, height } = drawn.viewBox.baseVal;
  drawn.setAttribute("width", String(width));
  drawn.setAttribute("height", String(height));
  const image = new Image(Math.ceil(width), Math.ceil(height));
  image.className = "diagram";
  image.alt = `${words.peek().preview.diagram}: ${source}`;
  const xml = new XMLSerializer().serializeToString(drawn);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(xml)}`;
  return image;
}
