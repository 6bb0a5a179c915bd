/**
 * Where something has to stand that must work over whatever is open: everything beside
 * a modal dialog is inert, which means under it, not selectable and not read out.
 */

/** The modal dialog on top; undefined when the page itself is in front. */
export function frontDialog(): HTMLDialogElement | undefined {
  // Not by the focus: Safari gives none to a button that is clicked.
  return [...document.querySelectorAll<HTMLDialogElement>("dialog:modal")].at(-1);
}
