/** Formulas by KaTeX, which is fetched with its fonts when a text has one. */
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
  const [{ default: fetched }] = await Promise.all([
    import("katex"),
    import("katex/dist/katex.min.css"),
  ]);
  katex = fetched;
  return fetched;
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
