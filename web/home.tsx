/** The first screen: one button, and the documents this browser knows. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { documentAddress, navigate } from "./address.ts";
import { ago } from "./ago.ts";
import { OpenFile } from "./files/open-file.tsx";
import { putBackRecent, type Recent, recents, removeRecent } from "./recents.ts";
import { ThemeButton } from "./theme-button.tsx";
import { toast } from "./toast.tsx";
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
        <OpenFile />
        <RecentDocuments />
      </main>
    </div>
  );
}

function RecentDocuments() {
  const list = useSignal(recents());
  const { home } = words.value;
  const remove = (recent: Recent) => {
    removeRecent(recent.id);
    list.value = recents();
    const run = () => {
      putBackRecent(recent);
      list.value = recents();
    };
    toast(home.removed(recent.title), { action: { name: home.undo, run } });
  };
  if (list.value.length === 0) return <p class="no-recents">{home.noRecents}</p>;
  return (
    <section class="recents" aria-labelledby="recents-heading">
      <h2 id="recents-heading">{home.recents}</h2>
      <ul aria-labelledby="recents-heading">
        {list.value.map((recent) => (
          <RecentDocument key={recent.id} recent={recent} onRemove={() => remove(recent)} />
        ))}
      </ul>
    </section>
  );
}

function RecentDocument({ recent, onRemove }: { recent: Recent; onRemove: () => void }) {
  const { id, token, title, at, role, isDeleted } = recent;
  const { home } = words.value;
  return (
    <li>
      <a href={documentAddress(id, token)}>
        <span class="recent-title">{title}</span>
        <span class="recent-role">{isDeleted ? home.deleted : role && home.roles[role]}</span>
        <time dateTime={new Date(at).toISOString()}>{ago(at)}</time>
      </a>
      <button class="icon" type="button" aria-label={home.remove(title)} onClick={onRemove}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M7 7l10 10M17 7 7 17" />
        </svg>
      </button>
    </li>
  );
}
