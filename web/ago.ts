/** How long ago something was, in words. */
import { words } from "./words/words.ts";

const UNITS = [
  { unit: "minute", milliseconds: 60_000 },
  { unit: "hour", milliseconds: 3_600_000 },
  { unit: "day", milliseconds: 86_400_000 },
] as const;

/** "just now", "2 minutes ago", "yesterday"; a date once it is longer than a month ago. */
export function ago(at: number, now = Date.now()): string {
  const { locale, time } = words.value;
  const passed = now - at;
  if (passed > 30 * 86_400_000)
    return new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
  const { unit, milliseconds } =
    UNITS.findLast((known) => passed >= known.milliseconds) ?? UNITS[0];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const count = Math.floor(passed / milliseconds);
  return count <= 0 ? time.justNow : format.format(-count, unit);
}
