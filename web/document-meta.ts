/**
 * What a document says of itself beside its text, title and language, as signals that follow
 * both; and the title that its text gives it where nobody gave one. Knows no page.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import * as Y from "yjs";
import { titleOf, UNTITLED } from "#protocol/document.ts";
import { textLanguage } from "#protocol/text-language.ts";
import { words } from "./words/words.ts";

/** The text is looked at for a title at most this often, in milliseconds. */
const TITLE_MS = 300;

/** A heading that stands later than this, in UTF-16 units, names no document here. */
const TITLE_WITHIN = 32_768;

/** A value of the document that is watched until `stop`. */
export interface WatchedTitle {
  /** As set by somebody; empty when the text names itself. */
  readonly given: ReadonlySignal<string>;
  /** What to show. */
  readonly title: ReadonlySignal<string>;
  readonly stop: () => void;
}

/** Follows everybody's changes; the text is read only where the title needs it. */
export function watchTitle(text: Y.Text, meta: Y.Map<unknown>): WatchedTitle {
  // The device may have filled the document already, and then nothing changes to be seen.
  const given = signal(titleIn(meta));
  const beginning = signal(given.peek() ? "" : beginningOf(text, TITLE_WITHIN));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    timer = undefined;
    beginning.value = given.peek() ? "" : beginningOf(text, TITLE_WITHIN);
  };
  // Not put off by further changes: while several people write there is no pause.
  const onText = () => {
    if (!given.peek()) timer ??= setTimeout(look, beginning.peek() ? TITLE_MS : 0);
  };
  const onMeta = () => {
    const before = given.peek();
    given.value = titleIn(meta);
    if (before && !given.peek()) look();
  };
  text.observe(onText);
  meta.observe(onMeta);
  const stop = () => {
    clearTimeout(timer);
    text.unobserve(onText);
    meta.unobserve(onMeta);
  };
  return { given, title: computed(() => shownTitle(given.value, beginning.value)), stop };
}

/** An empty title is no title: the text's own takes its place. */
export function setTitle(meta: Y.Map<unknown>, title: string): void {
  const wanted = title.trim();
  if (wanted !== (meta.get("title") ?? "")) setOrDelete(meta, "title", wanted || undefined);
}

/** Name of the language of code; undefined for Markdown, whatever language people write it in. */
export function watchLanguage(meta: Y.Map<unknown>) {
  const read = () => {
    const language = meta.get("language");
    const found = textLanguage(typeof language === "string" ? language : undefined);
    return found.kind === "code" ? found.name : undefined;
  };
  const name = signal(read());
  const onMeta = () => (name.value = read());
  meta.observe(onMeta);
  return { name, stop: () => meta.unobserve(onMeta) };
}

/** For everybody; undefined for Markdown. */
export function setLanguage(meta: Y.Map<unknown>, name: string | undefined): void {
  setOrDelete(meta, "language", name);
}

/** So much of the text, in UTF-16 units, without putting the whole of it together. */
export function beginningOf(text: Y.Text, length: number): string {
  let beginning = "";
  for (let item = text._start; item && beginning.length < length; item = item.right) {
    if (!item.deleted && item.content instanceof Y.ContentString) beginning += item.content.str;
  }
  return beginning.slice(0, length);
}

function setOrDelete(meta: Y.Map<unknown>, key: string, value: string | undefined): void {
  if (value === undefined) meta.delete(key);
  else meta.set(key, value);
}

function shownTitle(given: string, beginning: string): string {
  const title = titleOf(given, beginning);
  return title === UNTITLED ? words.value.page.untitled : title;
}

/** Blanks alone, as another program may leave them, are no title. */
function titleIn(meta: Y.Map<unknown>): string {
  const title = meta.get("title");
  return typeof title === "string" && title.trim() ? title : "";
}
