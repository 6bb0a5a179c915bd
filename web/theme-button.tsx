/** One button that walks through system, light and dark. */
import { chooseTheme, theme, THEMES } from "./theme.ts";
import { words } from "./words/words.ts";

const PICTURES = {
  system: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17v17",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5",
};

export function ThemeButton() {
  const shown = theme.value;
  const next = THEMES[(THEMES.indexOf(shown) + 1) % THEMES.length] ?? "system";
  const name = words.value.page.themeButton(shown, next);
  return (
    <button
      class="icon"
      type="button"
      title={name}
      aria-label={name}
      onClick={() => chooseTheme(next)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={PICTURES[shown]} />
        {shown === "system" && <path class="filled" d="M12 3.5a8.5 8.5 0 0 1 0 17z" />}
      </svg>
    </button>
  );
}
