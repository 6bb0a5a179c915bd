/** The first screen: one button, and the documents this browser knows. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { documentAddress, navigate } from "./address.ts";
import { type Recent, recents, removeRecent } from "./recents.ts";
import { ThemeButton } from "./theme-button.tsx";

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
        <h1>Write together.</h1>
        <p class="lead">
          A page for everyone you send the link to. It says “Saved” when it is safe on disk, and not
          before.
        </p>
        <button class="button primary" type="button" onClick={() => navigate("/new")}>
          New document
        </button>
        <RecentDocuments />
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
  if (list.value.length === 0)
    return <p class="no-recents">Documents you open in this browser will be listed here.</p>;
  return (
    <section class="recents" aria-labelledby="recents-heading">
      <h2 id="recents-heading">Recent documents</h2>
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
        aria-label={`Remove ${title} from this list`}
        onClick={onRemove}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M7 7l10 10M17 7 7 17" />
        </svg>
      </button>
    </li>
  );
}

const UNITS = [
  { unit: "minute", milliseconds: 60_000 },
  { unit: "hour", milliseconds: 3_600_000 },
  { unit: "day", milliseconds: 86_400_000 },
] as const;

/** "now", "2 minutes ago", "yesterday"; a date once it is longer than a month ago. */
function ago(at: number): string {
  const passed = Date.now() - at;
  if (passed > 30 * 86_400_000)
    return new Date(at).toLocaleDateString("en", { dateStyle: "medium" });
  const { unit, milliseconds } =
    UNITS.findLast((known) => passed >= known.milliseconds) ?? UNITS[0];
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const count = Math.floor(passed / milliseconds);
  return count === 0 ? "now" : format.format(-count, unit);
}
