/** Shows the preview and puts it away. Knows nothing of what it shows. */
import { words } from "../words/words.ts";
import { isPreviewShown, togglePreview } from "./preview-choice.ts";

export function PreviewButton() {
  const { name } = words.value.preview;
  return (
    <button
      class="icon"
      type="button"
      aria-label={name}
      title={name}
      aria-pressed={isPreviewShown.value}
      onClick={togglePreview}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5" />
        <path d="M12 4.5v15M15 9h2.5M15 12h2.5M15 15h2.5" />
      </svg>
    </button>
  );
}
