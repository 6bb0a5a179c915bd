/** Formulas by KaTeX, which is fetched with its fonts when a text has one. */
import stylesheet from "katex/dist/katex.min.css?url";

type Katex = typeof import("katex").default;

/** How often macros may be expanded, and how large anything may be, in em. */
const BOUNDS = { maxExpand: 1000, maxSize: 50 };

let katex: Katex | undefined;

/** Undefined when nothing has to be fetched for it. @throws for one that nests too deep. */
export function drawFormula(element: HTMLElement): Promise<void> | undefined {
  if (katex) return draw(element, katex);
  return fetchKatex().then((fetched) => draw(element, fetched));
}

async function fetchKatex(): Promise<Katex> {
  const [{ default: fetched }] = await Promise.all([import("katex"), fetchStyles()]);
  katex = fetched;
  return fetched;
}

/** By hand: a style sheet that the bundler's own loader did not get once is never asked for again. */
function fetchStyles(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = stylesheet;
  link.addEventListener("load", () => resolve());
  link.addEventListener("error", () => {
    link.remove();
    reject(new Error("the style sheet of formulas did not come"));
  });
  document.head.append(link);
  return promise;
}

/** What is wrong in a formula stands in its place, in red. */
function draw(element: HTMLElement, { render }: Katex): undefined {
  const displayMode = element.classList.contains("formula-block");
  // Elsewhere, so that the source stays where it cannot be drawn.
  const drawn = document.createElement("span");
  render(element.textContent, drawn, {
    ...BOUNDS,
    displayMode,
    throwOnError: false,
    strict: "ignore",
    trust: false,
    errorColor: "var(--bad)",
  });
  element.replaceChildren(...drawn.childNodes);
  return undefined;
}
