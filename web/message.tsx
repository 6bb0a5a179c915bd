/** A screen that says one thing: what happened, and what to do. */
import type { ComponentChildren } from "preact";
import { words } from "./words/words.ts";

export interface MessageProps {
  readonly title: string;
  readonly advice: string;
  readonly children?: ComponentChildren;
}

export function Message({ title, advice, children }: MessageProps) {
  return (
    <main class="message">
      <h1>{title}</h1>
      <p>{advice}</p>
      <p class="actions">
        {children}
        <a class="button" href="/">
          {words.value.page.home}
        </a>
      </p>
    </main>
  );
}
