/**
 * Links within the text scroll to what they name. Followed by the browser they would take the
 * token out of the address bar.
 */
import { ID_PREFIX } from "./sanitise.ts";

/** Answers what ends it. */
export function followFragments(region: HTMLElement): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const onClick = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const address = link?.getAttribute("href");
    if (!address?.startsWith("#")) return;
    event.preventDefault();
    targetOf(region, address.slice(1))?.scrollIntoView();
  };
  region.addEventListener("click", onClick, { signal });
  // With the middle button it would open a page without a token.
  region.addEventListener("auxclick", onClick, { signal });
  return () => ending.abort();
}

/** What has the name as its id, or a heading that reads like it. */
function targetOf(region: HTMLElement, id: string): Element | undefined {
  const named = region.querySelector(`[id="${CSS.escape(id)}"]`);
  if (named) return named;
  const wanted = slug(decode(id.slice(ID_PREFIX.length)));
  const headings = [...region.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  return headings.find(({ textContent }) => slug(textContent) === wanted);
}

function decode(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** As most who show Markdown write them. */
function slug(heading: string): string {
  const kept = heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "");
  return kept.replaceAll(/\s/g, "-");
}
