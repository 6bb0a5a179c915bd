/** The first screen: one button, and the documents this browser knows. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { documentAddress, navigate } from "./address.ts";
import { ago } from "./ago.ts";
import { OpenOwnerFile } from "./open-owner-file.tsx";
import { type Recent, recents, removeRecent } from "./recents.ts";
import { ThemeButton } from "./theme-button.tsx";
import { words } from "./words/words.ts";

export function Home() {
  useEffect(() => {
    document.title = "Quire";
  }, []);
  return (
    <div class="home">
      <header class="home-header">
        <span class="wordmark">Quire</span>
        <ThemeButton />
      </header>
      <main>
        <h1>{words.value.home.heading}</h1>
        <p class="lead">{words.value.home.lead}</p>
        <button class="button primary" type="button" onClick={() => navigate("/new")}>
          {words.value.home.create}
        </button>
        <RecentDocuments />
        <OpenOwnerFile />
      </main>
    </div>
  );
}

function RecentDocuments() {
  const list = useSignal(recents());
  const remove = (id: string) => {
    removeRecent(id);
    list.value = recents();
  };
  if (list.value.length === 0) return <p class="no-recents">{words.value.home.noRecents}</p>;
  return (
    <section class="recents" aria-labelledby="recents-heading">
      <h2 id="recents-heading">{words.value.home.recents}</h2>
      <ul aria-labelledby="recents-heading">
        {list.value.map((recent) => (
          <RecentDocument key={recent.id} recent={recent} onRemove={() => remove(recent.id)} />
        ))}
      </ul>
    </section>
  );
}

function RecentDocument({ recent, onRemove }: { recent: Recent; onRemove: () => void }) {
  const { id, token, title, at } = recent;
  return (
    <li>
      <a href={documentAddress(id, token)}>
        <span class="recent-title">{title}</span>
        <time dateTime={new Date(at).toISOString()}>{ago(at)}</time>
      </a>
      <button
        class="icon"
        type="button"
        aria-label={words.value.home.remove(title)}
        onClick={onRemove}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M7 7l10 10M17 7 7 17" />
        </svg>
      </button>
    </li>
  );
}
