/** Going to a document that took a while to make: whoever has gone elsewhere meanwhile is not called away. */
import { navigate } from "./address.ts";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

/** How the wait ended. */
export interface Arrival {
  /** Said after going there. */
  readonly here?: string | undefined;
  /** Said in its place to whoever is elsewhere, with a way to go there. */
  readonly ready: string;
}

/** To be called at the start of what takes a while. Answers what is to be called at its end. */
export function departure(): (address: string, arrival: Arrival) => void {
  // Without the fragment: the link of a document may change while it is looked at.
  const { pathname } = location;
  return (address, { here, ready }) => {
    if (location.pathname !== pathname) {
      const action = { name: words.peek().arrival.open, run: () => navigate(address) };
      return toast(ready, { action });
    }
    navigate(address);
    if (here) toast(here);
  };
}
