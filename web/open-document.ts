/**
 * Everything that lives as long as one document is open in this tab: the Y.Doc,
 * its copy on the device, its provider, undo, and the signals that the page
 * shows. Knows no component.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import * as Y from "yjs";
import { CONTENT, META } from "#protocol/document.ts";
import { documentAddress, roomAddress } from "./address.ts";
import { readMetadata } from "./api.ts";
import { claimedToken } from "./claims.ts";
import { DeviceCopy } from "./device/device-copy.ts";
import { type Draft, drafts } from "./device/drafts.ts";
import { copyToOpen, keepOnDevice, setAside } from "./device/keeper.ts";
import { knownDocument } from "./device/known-documents.ts";
import { setLanguage, setTitle, watchLanguage, watchTitle } from "./document-meta.ts";
import { ownName } from "./own-name.ts";
import { ownerToken } from "./owner-tokens.ts";
import { type Person, watchPeople } from "./people.ts";
import { addRecent, markDeleted, type RecentRole } from "./recents.ts";
import { type SaveState, saveState } from "./save-state.ts";
import { Provider } from "./sync/provider.ts";

export interface OpenDocument {
  readonly id: string;
  /** Of the link in the address bar, which may be passed on. */
  readonly linkToken: ReadonlySignal<string>;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;
  readonly provider: Provider;
  readonly people: ReadonlySignal<readonly Person[]>;
  /** Whether there is a text to show, from the server or from the device. */
  readonly isThere: ReadonlySignal<boolean>;
  readonly save: ReadonlySignal<SaveState>;
  /** What is typed will be sent, now or once there is a connection. */
  readonly canEdit: ReadonlySignal<boolean>;
  /** As set by somebody; empty when the text's first heading stands for it. */
  readonly givenTitle: ReadonlySignal<string>;
  /** What to show. */
  readonly title: ReadonlySignal<string>;
  setTitle(title: string): void;
  /** As the document says; undefined when it does not, and is Markdown. */
  readonly language: ReadonlySignal<string | undefined>;
  /** For everybody; undefined for Markdown. */
  setLanguage(name: string | undefined): void;
  /** What this browser shows the server: the owner's, what the link was exchanged for, or the link's. */
  token(): string;
  /** Another link takes its place in the address bar. */
  passOn(linkToken: string): void;
  /** The editor cannot go on: what is typed from now on would reach nobody. */
  breakOff(): void;
  /** When the server has another version, or never takes what is here: keeps the text as a draft; then open anew. */
  setAside(reason?: Draft["reason"]): Promise<void>;
  /** Whether closing it now would lose nothing. */
  isSafe(): boolean;
  close(): void;
}

/**
 * Loads what the device has of it, and then connects.
 * @param token of the link in the address bar; the creator's browser connects as the owner.
 */
export async function openDocument(id: string, token: string): Promise<OpenDocument> {
  const linkToken = signal(token);
  const tokenNow = () => {
    const link = linkToken.peek();
    return ownerToken(id) ?? claimedToken(id, link) ?? link;
  };
  const doc = new Y.Doc();
  const copy = new DeviceCopy(id, doc);
  const box = await drafts();
  const epoch = box.hasDatabase ? await copyToOpen(id) : undefined;
  if (epoch !== undefined) await copy.open(epoch);
  // Without its text nothing of a copy's version could be refused, or be set aside.
  const provider = connect(id, doc, tokenNow, copy.keeps ? epoch : undefined);
  const kept = { id, doc, copy, provider, drafts: box };
  const stopKeeping = keepOnDevice(kept);
  const text = doc.getText(CONTENT);
  const meta = doc.getMap(META);
  const { people, stop: stopPeople } = watchPeople(provider.awareness, ownName, provider.synced);
  const titles = watchTitle(text, meta);
  const language = watchLanguage(meta);
  const stopRecents = watchRecents(id, provider, titles.title, linkToken);
  const isSafe = () => provider.unsaved.peek() === 0 || copy.isSettled;
  const stopBrowser = watchBrowser(provider, () => isSafe() && !box.wouldLoseOne);
  const isBroken = signal(false);
  const stops = [stopPeople, titles.stop, language.stop, stopRecents, stopBrowser, stopKeeping];
  return {
    id,
    linkToken,
    text,
    undo: new Y.UndoManager(text),
    provider,
    people,
    isThere: computed(() => provider.synced.value || copy.isWhole),
    save: watchSaveState(provider, copy, isBroken),
    canEdit: computed(() => !isBroken.value && takesEdits(provider)),
    givenTitle: titles.given,
    title: titles.title,
    setTitle: (title) => setTitle(meta, title),
    language: language.name,
    setLanguage: (name) => setLanguage(meta, name),
    token: tokenNow,
    passOn: (passedOn) => {
      linkToken.value = passedOn;
      history.replaceState(null, "", documentAddress(id, passedOn));
    },
    // Not at once: the editor may be in the middle of an update.
    breakOff: () => queueMicrotask(() => (isBroken.value = true)),
    setAside: (reason) => setAside(kept, reason),
    isSafe,
    close: () => {
      for (const stop of stops) stop();
      provider.destroy();
      copy.close();
      doc.destroy();
    },
  };
}

function isDeleted({ link }: Provider): boolean {
  return link.value.kind === "refused" && link.value.reason === "deleted";
}

/** As far as the list of recent documents tells it. */
function roleHere(id: string, { mayEdit }: Provider): RecentRole {
  if (ownerToken(id)) return "owner";
  return mayEdit.value === false ? "view" : "edit";
}

function watchRecents(
  id: string,
  provider: Provider,
  title: ReadonlySignal<string>,
  token: ReadonlySignal<string>,
): () => void {
  return effect(() => {
    if (isDeleted(provider)) return markDeleted(id);
    if (!provider.synced.value) return undefined;
    const named = { id, title: title.value, token: token.value };
    return addRecent({ ...named, at: Date.now(), role: roleHere(id, provider) });
  });
}

function takesEdits({ mayEdit, storeState, link }: Provider): boolean {
  const isReader = mayEdit.value === false || storeState.value === "read-only";
  return !isReader && link.value.kind !== "refused";
}

function connect(id: string, doc: Y.Doc, token: () => string, epoch: number | undefined): Provider {
  const { mayEdit } = knownDocument(id) ?? {};
  const readEpoch = async () => (await readMetadata(id, token())).epoch;
  return new Provider({ doc, url: roomAddress(id), token, epoch, mayEdit, readEpoch });
}

function watchSaveState(
  provider: Provider,
  copy: DeviceCopy,
  isBroken: ReadonlySignal<boolean>,
): ReadonlySignal<SaveState> {
  const { link, synced, mayEdit, unsaved, isPending, storeState } = provider;
  return computed(() =>
    saveState({
      link: link.value,
      synced: synced.value,
      mayEdit: mayEdit.value,
      unsaved: unsaved.value,
      isPending: isPending.value,
      isBroken: isBroken.value,
      storeState: storeState.value,
      onDevice: copy.kept,
    }),
  );
}

/**
 * What the browser tells of the network and of the tab.
 * @param isSafe whether the tab can be closed without losing anything.
 */
function watchBrowser(provider: Provider, isSafe: () => boolean): () => void {
  const ending = new AbortController();
  const { signal: until } = ending;
  addEventListener("offline", () => provider.interrupt(), { signal: until });
  addEventListener("online", () => provider.probe(), { signal: until });
  const onVisible = () => document.visibilityState === "visible" && provider.probe();
  document.addEventListener("visibilitychange", onVisible, { signal: until });
  const onLeave = (event: BeforeUnloadEvent) => {
    if (!isSafe()) event.preventDefault();
  };
  addEventListener("beforeunload", onLeave, { signal: until });
  addEventListener("pagehide", () => provider.leave(), { signal: until });
  // Only a page that the browser had kept in memory is shown again.
  addEventListener("pageshow", ({ persisted }) => persisted && provider.comeBack(), {
    signal: until,
  });
  return () => ending.abort();
}
