/** Somebody else's HTML as a page of its own, in which nothing runs, and of which nothing is fetched or reported. */

/**
 * An attribute that would run something; no handler runs in such a page, but the content policy
 * reports each. What is no tag is looked at too, once: up to a `>` that may never come.
 */
export function quietPage(html: string): Document {
  const quiet = html.replaceAll(/<[^>]+/g, (tag) => tag.replaceAll(/\son\w+\s*=/gi, " data-was="));
  return new DOMParser().parseFromString(quiet, "text/html");
}
