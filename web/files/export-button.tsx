/** The menu of formats in the header; what saves the file is fetched when it is first wanted. */
import { MenuButton, type MenuGroup } from "../menu.tsx";
import type { OpenDocument } from "../open-document.ts";
import { PHONE } from "../phone.ts";
import { printDocument } from "../preview/print.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import type { FileFormat } from "./export-file.ts";

/** In the order of the menu. */
const FORMATS: readonly (FileFormat | "pdf")[] = ["md", "txt", "html", "pdf", "docx", "json"];

export function ExportButton({ open }: { open: OpenDocument }) {
  const { exporting } = words.value;
  return (
    <MenuButton name={exporting.button} class="button export" groups={() => [formatsOf(open)]}>
      {exporting.button}
    </MenuButton>
  );
}

/** On a phone the header has no room for the button: its items stand in the document's menu. */
export function narrowExportGroups(open: OpenDocument): MenuGroup[] {
  if (!matchMedia(PHONE).matches) return [];
  return [{ heading: words.peek().exporting.button, isRow: true, ...formatsOf(open) }];
}

function formatsOf(open: OpenDocument): MenuGroup {
  const { formats } = words.peek().exporting;
  const items = FORMATS.map((format) => ({
    name: formats[format],
    onSelect: () => void (format === "pdf" ? printDocument(open) : save(open, format)),
  }));
  return { items };
}

async function save(open: OpenDocument, format: FileFormat): Promise<void> {
  try {
    const { exportFile } = await import("./export-file.ts");
    await exportFile(open, format);
  } catch {
    toast(words.peek().loading.failed);
  }
}
