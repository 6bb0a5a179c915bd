/** What the package does not say of itself. */
declare module "@joplin/turndown-plugin-gfm" {
  import type TurndownService from "turndown";

  /** Tables, task lists, strikethrough, and code blocks as GitHub shows them. */
  export const gfm: TurndownService.Plugin;
}
