/** Two texts in one view, line by line: what only the kept one has, and what only the document has now. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { type Piece, piecesOf } from "./text-difference.ts";
import { words } from "./words/words.ts";

interface ComparisonProps {
  readonly kept: string;
  readonly now: string;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

export function Comparison({ kept, now, onCopy, onClose }: ComparisonProps) {
  const { comparison, drafts, page } = words.value;
  const pieces = useSignal<readonly Piece[]>([]);
  useEffect(() => {
    void piecesOf(kept, now).then((found) => (pieces.value = found));
  }, [kept, now]);
  return (
    <Dialog name={drafts.compare} kind="comparison" onClose={onClose}>
      <form class="comparison-content" method="dialog">
        <h2>{comparison.title}</h2>
        <p class="comparison-key">
          <ins>{comparison.onlyKept}</ins> <del>{comparison.onlyNow}</del>
        </p>
        <div class="comparison-text" tabIndex={0} role="region" aria-label={comparison.differences}>
          {pieces.value.map((piece, index) => (
            <PieceView key={index} piece={piece} />
          ))}
        </div>
        <div class="comparison-actions">
          <button class="button" type="button" onClick={onCopy}>
            {comparison.copy}
          </button>
          <button class="button primary" type="submit" autofocus>
            {page.done}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function PieceView({ piece }: { piece: Piece }) {
  const { comparison } = words.value;
  switch (piece.kind) {
    case "kept":
      return <ins data-where={comparison.inKept}>{piece.text}</ins>;
    case "now":
      return <del data-where={comparison.inNow}>{piece.text}</del>;
    case "both":
      return <span>{piece.text}</span>;
    case "left out":
      return <p>{comparison.equalLines(piece.lines)}</p>;
    default:
      return piece satisfies never;
  }
}
