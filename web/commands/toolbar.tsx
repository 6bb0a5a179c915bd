/** Markdown at the tips of the fingers: a line of buttons above a phone's keyboard while one writes. */
import type { Command, EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { toggleBold, toggleItalic, toggleLink } from "../editor/inline-marks.ts";
import { cycleHeading, toggleList, toggleQuote, toggleTask } from "../editor/line-marks.ts";
import { undoOwn } from "../editor/own-undo.ts";
import "../styles/commands.css";
import { words } from "../words/words.ts";

export interface ToolbarProps {
  readonly view: EditorView;
  /** Undefined is Markdown; in another language there is only undo. */
  readonly language: string | undefined;
}

type Name = "bold" | "italic" | "heading" | "list" | "task" | "link" | "quote" | "undo";

const TOOLS: readonly { name: Name; command: Command; picture: string }[] = [
  {
    name: "bold",
    command: toggleBold,
    picture: "M8 5h5a3.5 3.5 0 0 1 0 7H8zM8 12h6a3.5 3.5 0 0 1 0 7H8z",
  },
  { name: "italic", command: toggleItalic, picture: "M11 5h6M7 19h6M14 5l-4 14" },
  { name: "heading", command: cycleHeading, picture: "M6 5v14M18 5v14M6 12h12" },
  {
    name: "list",
    command: toggleList,
    picture: "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
  },
  { name: "task", command: toggleTask, picture: "M5 5h14v14H5zM8.5 12l2.5 2.5 4.5-5" },
  {
    name: "link",
    command: toggleLink,
    picture:
      "M10 14a4 4 0 0 0 6 .5l2.5-2.5a4 4 0 0 0-5.7-5.7L11.5 7.6M14 10a4 4 0 0 0-6-.5L5.5 12a4 4 0 0 0 5.7 5.7l1.3-1.3",
  },
  { name: "quote", command: toggleQuote, picture: "M5 5v14M10 8h10M10 12h10M10 16h6" },
  { name: "undo", command: undoOwn, picture: "M9 5 4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3" },
];

export function Toolbar({ view, language }: ToolbarProps) {
  const toolbar = useRef<HTMLDivElement>(null);
  useEffect(keepAboveKeyboard, []);
  const { commands } = words.value;
  const tools = language === undefined ? TOOLS : TOOLS.filter(({ name }) => name === "undo");
  return (
    <div
      class="phone-toolbar"
      role="toolbar"
      aria-label={commands.toolbar}
      ref={toolbar}
      onKeyDown={rove}
      // The text keeps the focus, and with it the keyboard stays.
      onPointerDown={(event) => event.preventDefault()}
    >
      {tools.map(({ name, command, picture }, index) => (
        <button
          class="icon"
          type="button"
          key={name}
          tabIndex={index === 0 ? 0 : -1}
          aria-label={commands[name]}
          onClick={() => {
            command(view);
            view.focus();
          }}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={picture} />
          </svg>
        </button>
      ))}
    </div>
  );
}

/** One stop for Tab; arrows, Home and End go on from there. */
function rove(event: KeyboardEvent): void {
  const tools = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
  const now = tools.indexOf(event.target as HTMLButtonElement);
  const steps: Record<string, number> = {
    ArrowRight: now + 1,
    ArrowLeft: now - 1 + tools.length,
    Home: 0,
    End: tools.length - 1,
  };
  const next = tools[(steps[event.key] ?? -1) % tools.length];
  if (!(event.key in steps) || !next) return;
  event.preventDefault();
  for (const tool of tools) tool.tabIndex = tool === next ? 0 : -1;
  next.focus();
}

/** Phones lay their keyboard over the page, which only the visual viewport tells. */
function keepAboveKeyboard(): (() => void) | undefined {
  const viewport = window.visualViewport;
  if (!viewport) return undefined;
  const { style } = document.documentElement;
  const fit = () => {
    style.setProperty("--seen-height", `${viewport.height * viewport.scale}px`);
    // Who zooms in moves the page about by hand.
    style.setProperty("--seen-top", `${viewport.scale > 1 ? 0 : viewport.offsetTop}px`);
  };
  fit();
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
  return () => {
    viewport.removeEventListener("resize", fit);
    viewport.removeEventListener("scroll", fit);
    style.removeProperty("--seen-height");
    style.removeProperty("--seen-top");
  };
}
