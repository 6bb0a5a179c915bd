/** Makes the edits that somebody sends in a text, one after another; all or none. Knows no document and no HTTP. */
import { normalizeLineEnds } from "#protocol/document.ts";
import type { TextEdit } from "#protocol/rest.ts";
import { Draft } from "./draft.ts";
import { AppError } from "./errors.ts";
import type { Splice } from "./revision.ts";

/** @throws AppError `conflict` naming the first edit that does not fit the text as those before it left it. */
export function applyEdits(text: string, edits: readonly TextEdit[]): Draft {
  const draft = new Draft(text);
  for (const [index, edit] of edits.entries()) {
    const { from, to, insert } = spliceOf(draft.text, edit, index);
    draft.replace(from, to, insert);
  }
  return draft;
}

function spliceOf(text: string, edit: TextEdit, index: number): Splice {
  if ("insert" in edit) {
    const { from, to } = edit;
    for (const key of ["from", "to"] as const) demandPlace(text, edit[key], `${index}.${key}`);
    return { from, to, insert: normalizeLineEnds(edit.insert) };
  }
  const find = normalizeLineEnds(edit.find);
  const from = text.indexOf(find);
  if (from < 0) throw misfit(`${index}.find`, "This does not stand in the text");
  if (text.includes(find, from + 1)) {
    throw misfit(`${index}.find`, "This stands in the text more than once; make it longer");
  }
  return { from, to: from + find.length, insert: normalizeLineEnds(edit.replace) };
}

function demandPlace(text: string, position: number, path: string): void {
  if (position > text.length) throw misfit(path, `The text has only ${text.length} units`);
  // Both halves of a surrogate pair are one character.
  const isWithin = position > 0 && (text.codePointAt(position - 1) ?? 0) > 0xffff;
  if (isWithin) throw misfit(path, "This is in the middle of a character");
}

function misfit(place: string, message: string): AppError {
  const path = `edits.${place}`;
  return new AppError("conflict", `Nothing was changed: ${path} does not fit the text.`, {
    issues: [{ path, message }],
  });
}
