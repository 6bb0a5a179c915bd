/** The package has no types of its own. */
declare module "@joplin/turndown-plugin-gfm" {
  import type TurndownService from "turndown";
  /** Tables, task lists and what is struck through. */
  export const gfm: TurndownService.Plugin;
}
