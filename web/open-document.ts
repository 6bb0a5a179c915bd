/**
 * Everything that lives as long as one document is open in this tab: the Y.Doc,
 * its provider, undo, and the signals that the page shows. Knows no component.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import * as Y from "yjs";
import { CONTENT, META, titleOf } from "#protocol/document.ts";
import { ownName } from "./own-name.ts";
import { ownerToken } from "./owner-tokens.ts";
import { type Person, watchPeople } from "./people.ts";
import { addRecent } from "./recents.ts";
import { PATIENCE_MS, type SaveState, saveState } from "./save-state.ts";
import { Provider } from "./sync/provider.ts";

/** The derived title follows the text this long after the last key, in milliseconds. */
const TITLE_MS = 300;

export interface OpenDocument {
  readonly id: string;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
  readonly provider: Provider;
  readonly people: ReadonlySignal<readonly Person[]>;
  readonly save: ReadonlySignal<SaveState>;
  /** As set by somebody; empty when the text's first heading stands for it. */
  readonly givenTitle: ReadonlySignal<string>;
  /** What to show. */
  readonly title: ReadonlySignal<string>;
  setTitle(title: string): void;
  close(): void;
}

/** @param token of the link in the address bar; the creator's browser connects as the owner. */
export function openDocument(id: string, token: string): OpenDocument {
  const doc = new Y.Doc();
  const text = doc.getText(CONTENT);
  const meta = doc.getMap(META);
  const provider = new Provider({ doc, url: socketUrl(id), token: ownerToken(id) ?? token });
  const { people, stop: stopPeople } = watchPeople(provider.awareness, ownName);
  const titles = watchTitle(text, meta);
  const { save, stop: stopSave } = watchSaveState(provider);
  const stopRecents = effect(() => {
    if (provider.synced.value) addRecent({ id, title: titles.title.value, token, at: Date.now() });
  });
  const stopBrowser = watchBrowser(provider);
  const stops = [stopPeople, titles.stop, stopSave, stopRecents, stopBrowser];
  return {
    id,
    text,
    undo: new Y.UndoManager(text),
    provider,
    people,
    save,
    givenTitle: titles.given,
    title: titles.title,
    setTitle: (title) => setTitle(meta, title),
    close: () => {
      for (const stop of stops) stop();
      provider.destroy();
      doc.destroy();
    },
  };
}

function socketUrl(id: string): string {
  return `${location.origin.replace(/^http/, "ws")}/ws/doc/${id}`;
}

/** An empty title is no title: the text's own takes its place. */
function setTitle(meta: Y.Map<unknown>, title: string): void {
  const wanted = title.trim();
  if (wanted === (meta.get("title") ?? "")) return;
  if (wanted) meta.set("title", wanted);
  else meta.delete("title");
}

function watchTitle(text: Y.Text, meta: Y.Map<unknown>) {
  const given = signal("");
  const content = signal("");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onText = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (content.value = text.toString()), content.peek() ? TITLE_MS : 0);
  };
  const onMeta = () => {
    const title = meta.get("title");
    given.value = typeof title === "string" ? title : "";
  };
  text.observe(onText);
  meta.observe(onMeta);
  const stop = () => {
    clearTimeout(timer);
    text.unobserve(onText);
    meta.unobserve(onMeta);
  };
  return { given, title: computed(() => titleOf(given.value, content.value)), stop };
}

/** Looks again when an edit has waited long enough to be called "Saving…". */
function watchSaveState({ link, synced, unsaved, unsavedSince, storeState }: Provider) {
  const now = signal(Date.now());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopClock = effect(() => {
    clearTimeout(timer);
    if (unsavedSince.value === undefined) return;
    timer = setTimeout(() => (now.value = Date.now()), PATIENCE_MS + 10);
  });
  const save = computed(() =>
    saveState({
      link: link.value,
      synced: synced.value,
      unsaved: unsaved.value,
      unsavedSince: unsavedSince.value,
      storeState: storeState.value,
      now: Math.max(now.value, Date.now()),
    }),
  );
  const stop = () => {
    stopClock();
    clearTimeout(timer);
  };
  return { save, stop };
}

/** What the browser tells of the network and of the tab. */
function watchBrowser(provider: Provider): () => void {
  const ending = new AbortController();
  const { signal: until } = ending;
  addEventListener("offline", () => provider.interrupt(), { signal: until });
  addEventListener("online", () => provider.probe(), { signal: until });
  const onVisible = () => document.visibilityState === "visible" && provider.probe();
  document.addEventListener("visibilitychange", onVisible, { signal: until });
  const onLeave = (event: BeforeUnloadEvent) => {
    if (provider.unsaved.peek() > 0) event.preventDefault();
  };
  addEventListener("beforeunload", onLeave, { signal: until });
  return () => ending.abort();
}
