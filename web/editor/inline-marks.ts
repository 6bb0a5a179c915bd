/**
 * Bold, italic and links as keys: each is put around what is selected, or around the word
 * at the caret, and taken away again. Knows the text and its syntax tree only.
 */
import { ensureSyntaxTree, type syntaxTree } from "@codemirror/language";
import {
  type ChangeSpec,
  EditorSelection,
  type EditorState,
  type SelectionRange,
  type StateCommand,
} from "@codemirror/state";

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

interface Piece {
  readonly from: number;
  readonly to: number;
}

interface Mark {
  readonly sign: string;
  /** Of the syntax tree. */
  readonly node: string;
}

const PARSING_MS = 50;

/** What stands before the words of a line, and belongs to none of them. */
const LINE_MARKUP =
  /^[ \t]*(?:(?:>|#{1,6}(?=\s)|[-*+](?:\s+\[[ xX]\])?(?=\s)|\d+[.)](?=\s))[ \t]*)*/;

export const toggleBold: StateCommand = toggle({ sign: "**", node: "StrongEmphasis" });

export const toggleItalic: StateCommand = toggle({ sign: "*", node: "Emphasis" });

/** A link's text stays when the link is taken away; a new one waits for its address. */
export const toggleLink: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const seen = new Set<number>();
  const edit = state.changeByRange((range) => {
    const link = enclosing(state, range, "Link");
    const piece = link ?? pieceAt(state, range);
    // Two carets in one word or link are one place.
    if (seen.has(piece.from)) return { range };
    seen.add(piece.from);
    return link ? unlinked(state, link, range) : linked(state, piece);
  });
  dispatch(state.update(edit, { userEvent: "input", scrollIntoView: true }));
  return true;
};

function linked(state: EditorState, { from, to }: Piece) {
  const text = state.sliceDoc(from, to);
  const isAddress = /^(?:https?:\/\/|mailto:|www\.)\S+$/i.test(text);
  const insert = isAddress ? `[](${text})` : `[${text}]()`;
  const at = from + (isAddress || text === "" ? 1 : insert.length - 1);
  return { changes: { from, to, insert }, range: EditorSelection.cursor(at) };
}

function unlinked(state: EditorState, link: SyntaxNode, range: SelectionRange) {
  const [open, close] = link.getChildren("LinkMark");
  if (!open || !close) return { range };
  const changes = state.changes([
    { from: open.from, to: open.to },
    { from: close.from, to: link.to },
  ]);
  return { changes, range: range.map(changes) };
}

function toggle(mark: Mark): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const left = leaving(state, mark);
    if (left) {
      dispatch(state.update({ selection: left, scrollIntoView: true }));
      return true;
    }
    const pieces = piecesOf(state);
    if (pieces.length > 0 && pieces.every((piece) => isEmptyPair(state, piece, mark))) {
      const changes = pieces.map(({ from }) => pairAt(from, mark));
      dispatch(state.update({ changes, userEvent: "delete" }));
      return true;
    }
    const marked = pieces.map((piece) => enclosing(state, piece, mark.node));
    const isOn = marked.length > 0 && marked.every((node) => node !== undefined);
    const changes = isOn ? marked.flatMap(signsOf) : wrapped(pieces, marked, mark);
    dispatch(state.update(around(state, pieces, changes, mark), { userEvent: "input" }));
    return true;
  };
}

/** A key that began bold text ends it as well: carets at its end go on behind it. */
function leaving(state: EditorState, { sign, node }: Mark): EditorSelection | undefined {
  const { ranges, mainIndex } = state.selection;
  const isAtEnd = ({ head, empty }: SelectionRange) =>
    empty && enclosing(state, { from: head, to: head }, node)?.to === head + sign.length;
  if (!ranges.every(isAtEnd)) return undefined;
  const carets = ranges.map(({ head }) => EditorSelection.cursor(head + sign.length));
  return EditorSelection.create(carets, mainIndex);
}

/** Put around nothing a moment ago, by the same key. */
function isEmptyPair(state: EditorState, { from, to }: Piece, mark: Mark): boolean {
  const signsIn = (start: number, end: number) => {
    const text = state.sliceDoc(Math.max(0, start), end);
    return /^\**$/.test(text) ? text.length : 0;
  };
  const pair = pairAt(from, mark);
  const isPair = from === to && signsIn(pair.from, pair.to) === mark.sign.length * 2;
  return isPair && signsIn(pair.from - 1, pair.to + 1) <= mark.sign.length * 2;
}

function pairAt(caret: number, { sign }: Mark): Piece {
  return { from: Math.max(0, caret - sign.length), to: caret + sign.length };
}

function wrapped(
  pieces: readonly Piece[],
  marked: readonly (SyntaxNode | undefined)[],
  { sign }: Mark,
): ChangeSpec[] {
  const bare = pieces.filter((_, index) => !marked[index]);
  return bare.flatMap(({ from, to }) => [
    { from, insert: sign },
    { from: to, insert: sign },
  ]);
}

/** With each selection on the same words as before, and a lone caret between its marks. */
function around(
  state: EditorState,
  pieces: readonly Piece[],
  specs: readonly ChangeSpec[],
  { sign }: Mark,
) {
  const changes = state.changes(specs);
  const ranges = state.selection.ranges.map(({ anchor, head, empty }) => {
    const isAlone = empty && pieces.some(({ from, to }) => from === head && to === head);
    if (isAlone) return EditorSelection.cursor(changes.mapPos(head, -1) + sign.length);
    // Inside the marks, at the end of a word too.
    const side = pieces.some(({ to }) => to === head) ? -1 : 1;
    if (empty) return EditorSelection.cursor(changes.mapPos(head, side));
    const [start, end] = anchor < head ? [1, -1] : [-1, 1];
    return EditorSelection.range(changes.mapPos(anchor, start), changes.mapPos(head, end));
  });
  return { changes, selection: EditorSelection.create(ranges, state.selection.mainIndex) };
}

/** What is to be marked, each once: a mark reaches over no line, and over no blanks at its ends. */
function piecesOf(state: EditorState): Piece[] {
  const pieces = new Map<number, Piece>();
  for (const range of state.selection.ranges) {
    const found = range.empty ? [pieceAt(state, range)] : linesIn(state, range);
    for (const piece of found) pieces.set(piece.from, piece);
  }
  return [...pieces.values()];
}

function linesIn(state: EditorState, { from, to }: SelectionRange): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at <= to;) {
    const line = state.doc.lineAt(at);
    const words = line.from + (LINE_MARKUP.exec(line.text)?.[0].length ?? 0);
    const piece = trimmed(state, { from: Math.max(from, words), to: Math.min(to, line.to) });
    if (piece) pieces.push(piece);
    at = line.to + 1;
  }
  return pieces;
}

function trimmed(state: EditorState, { from, to }: Piece): Piece | undefined {
  if (from >= to) return undefined;
  const text = state.sliceDoc(from, to);
  const start = from + text.length - text.trimStart().length;
  const end = to - (text.length - text.trimEnd().length);
  return start < end ? { from: start, to: end } : undefined;
}

/** The selection, or the word at the caret, or the caret itself. */
function pieceAt(state: EditorState, range: SelectionRange): Piece {
  return (range.empty && state.wordAt(range.head)) || range;
}

/** The innermost node of a kind around a place. */
function enclosing(state: EditorState, { from, to }: Piece, name: string): SyntaxNode | undefined {
  const tree = ensureSyntaxTree(state, to, PARSING_MS);
  for (const side of [1, -1] as const) {
    let node: SyntaxNode | null | undefined = tree?.resolveInner(side === 1 ? from : to, side);
    while (node && (node.name !== name || node.from > from || node.to < to)) node = node.parent;
    if (node) return node;
  }
  return undefined;
}

function signsOf(node: SyntaxNode | undefined): ChangeSpec[] {
  return (node?.getChildren("EmphasisMark") ?? []).map(({ from, to }) => ({ from, to }));
}
