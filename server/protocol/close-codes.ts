/**
 * Why a WebSocket ends: each close code with the reason words it may carry.
 * The words are the last parts of the REST problem types as well.
 */
export const CLOSE_CODES = {
  /** A frame larger than `MAX_MESSAGE_BYTES`; stop. */
  frameTooLarge: 1009,
  /** The server restarts; reconnect after a random delay. */
  restart: 1012,
  /** Overload or a failing store; reconnect, backing off. */
  tryLater: 1013,
  /** A frame or update that does not decode; nothing of it was kept. */
  malformed: 4400,
  /** No token, or one that must be exchanged for one's own, by a password or because uses are counted. */
  noToken: 4401,
  /** The role is too low, or the link ended. */
  forbidden: 4403,
  /** No such document, or a token that opens nothing here. */
  unknown: 4404,
  /** The document has another epoch; keep a draft and reload. */
  otherEpoch: 4409,
  /** The document was deleted. */
  deleted: 4410,
  /** The document would exceed `MAX_DOC_BYTES`; reading still works. */
  documentFull: 4413,
  /** This client sends too fast, for too long; stop for a while. */
  tooFast: 4429,
} as const;

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

/** Codes from 4400 to 4499 are final: connecting again would end the same way. */
export function isFinal(code: number): boolean {
  return code === CLOSE_CODES.frameTooLarge || (code >= 4400 && code <= 4499);
}
