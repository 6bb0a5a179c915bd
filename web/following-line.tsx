/** One quiet line above the text: whom the view goes along with, and that they are no longer here. */
import type { Following } from "./following.ts";
import { words } from "./words/words.ts";

export function FollowingLine({ following }: { following: Following }) {
  const { followingLabel, stopFollowing } = words.value.people;
  return (
    <div class="following" data-shown={following.words.value !== ""}>
      <span role="status" aria-label={followingLabel}>
        {following.words}
      </span>
      {following.whom.value !== undefined && (
        <button
          class="icon"
          type="button"
          aria-label={stopFollowing}
          title={stopFollowing}
          onClick={() => following.stop()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      )}
    </div>
  );
}
