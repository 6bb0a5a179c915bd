/** What a link lets its holder do: one list for the server, the page and the API's description. */

/** Each includes those before it. */
export const ROLES = ["view", "comment", "edit", "owner"] as const;

export type Role = (typeof ROLES)[number];

/** Those that a link can be made with: each document has one owner's token, from its creation. */
export const SHARED_ROLES = ["view", "comment", "edit"] as const satisfies readonly Role[];
