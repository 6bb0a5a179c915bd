/** What the address bar holds: which screen, which document, which link. */

export type Address =
  | { readonly screen: "home" }
  | { readonly screen: "new" }
  | { readonly screen: "document"; readonly id: string; readonly token: string }
  | { readonly screen: "unknown" };

export function parseAddress({ pathname, hash }: Pick<Location, "pathname" | "hash">): Address {
  if (pathname === "/") return { screen: "home" };
  if (pathname === "/new") return { screen: "new" };
  const id = /^\/d\/([\w-]+)\/?$/.exec(pathname)?.[1];
  return id ? { screen: "document", id, token: hash.slice(1) } : { screen: "unknown" };
}

/** The token stands in the fragment, which reaches no server, no log and no Referer. */
export function documentAddress(id: string, token: string): string {
  return `/d/${id}#${token}`;
}

/** Where the server has a document's room. */
export function roomAddress(id: string): string {
  return `${location.origin.replace(/^http/, "ws")}/ws/doc/${id}`;
}

/** Goes to an address of this page without loading it anew. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
}
