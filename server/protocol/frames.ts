/**
 * The WebSocket wire: the y-websocket protocol plus Quire's acknowledgement and
 * store-state frames. Owns bytes <-> Frame and nothing else: it knows no socket,
 * no document and no role.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** First varUint of a binary frame (y-websocket numbers 0, 1, 3; Quire 100, 101). */
const MESSAGE = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  acknowledgement: 100,
  storeState: 101,
} as const;

/** Second varUint of a sync frame (y-protocols/sync). */
const SYNC = { step1: 0, step2: 1, update: 2 } as const;

export const STORE_STATES = ["ok", "full", "failing", "read-only"] as const;

/** What the server can currently do with an edit: store it, or why not. */
export type StoreState = (typeof STORE_STATES)[number];

/** The same, or `apart`: edits are stored, but other servers hear of them only from the store. */
export type ServerState = StoreState | "apart";

export type Frame =
  | { readonly type: "step1"; readonly stateVector: Uint8Array }
  | { readonly type: "step2"; readonly update: Uint8Array }
  | { readonly type: "update"; readonly update: Uint8Array }
  | { readonly type: "awareness"; readonly update: Uint8Array }
  | { readonly type: "queryAwareness" }
  | { readonly type: "acknowledgement"; readonly count: number }
  | { readonly type: "storeState"; readonly state: ServerState };

/** The bytes are no frame of this protocol; nothing of them may be used. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame";
}

/** An awareness frame with no entries: the silent keep-alive. */
export const SILENT_FRAME: Uint8Array = encodeFrame({
  type: "awareness",
  update: new Uint8Array([0]),
});

/** Encode one frame; the result is a buffer of its own. */
export function encodeFrame(frame: Frame): Uint8Array {
  return encoding.encode((encoder) => {
    switch (frame.type) {
      case "step1":
        return writeSync(encoder, SYNC.step1, frame.stateVector);
      case "step2":
        return writeSync(encoder, SYNC.step2, frame.update);
      case "update":
        return writeSync(encoder, SYNC.update, frame.update);
      case "awareness":
        encoding.writeVarUint(encoder, MESSAGE.awareness);
        return encoding.writeVarUint8Array(encoder, frame.update);
      case "queryAwareness":
        return encoding.writeVarUint(encoder, MESSAGE.queryAwareness);
      case "acknowledgement":
        encoding.writeVarUint(encoder, MESSAGE.acknowledgement);
        return encoding.writeVarUint(encoder, frame.count);
      case "storeState":
        encoding.writeVarUint(encoder, MESSAGE.storeState);
        return encoding.writeVarString(encoder, frame.state);
    }
  });
}

function writeSync(encoder: encoding.Encoder, step: number, payload: Uint8Array): void {
  encoding.writeVarUint(encoder, MESSAGE.sync);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, payload);
}

/**
 * Decode one frame; payloads are views into `bytes`.
 * @throws MalformedFrame for an unknown type, a cut frame or trailing bytes.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes);
  const frame = readWhole(decoder);
  if (decoding.hasContent(decoder)) throw new MalformedFrame("bytes after the end of the frame");
  return frame;
}

function readWhole(decoder: decoding.Decoder): Frame {
  try {
    return readFrame(decoder);
  } catch (cause) {
    if (cause instanceof MalformedFrame) throw cause;
    throw new MalformedFrame("the frame ends too early", { cause });
  }
}

function readFrame(decoder: decoding.Decoder): Frame {
  const type = decoding.readVarUint(decoder);
  switch (type) {
    case MESSAGE.sync:
      return readSync(decoder);
    case MESSAGE.awareness:
      return { type: "awareness", update: readBytes(decoder) };
    case MESSAGE.queryAwareness:
      return { type: "queryAwareness" };
    case MESSAGE.acknowledgement:
      return { type: "acknowledgement", count: decoding.readVarUint(decoder) };
    case MESSAGE.storeState:
      return { type: "storeState", state: readServerState(decoder) };
    default:
      throw new MalformedFrame(`unknown message type ${type}`);
  }
}

function readSync(decoder: decoding.Decoder): Frame {
  const step = decoding.readVarUint(decoder);
  const payload = readBytes(decoder);
  switch (step) {
    case SYNC.step1:
      return { type: "step1", stateVector: payload };
    case SYNC.step2:
      return { type: "step2", update: payload };
    case SYNC.update:
      return { type: "update", update: payload };
    default:
      throw new MalformedFrame(`unknown sync step ${step}`);
  }
}

/** lib0 does not check the length against what is there: a lying one would read past the view. */
function readBytes(decoder: decoding.Decoder): Uint8Array {
  const length = decoding.readVarUint(decoder);
  if (length > decoder.arr.length - decoder.pos) {
    throw new MalformedFrame("the frame ends too early");
  }
  return decoding.readUint8Array(decoder, length);
}

function readServerState(decoder: decoding.Decoder): ServerState {
  const word = decoding.readVarString(decoder);
  const state = word === "apart" ? word : STORE_STATES.find((known) => known === word);
  if (!state) throw new MalformedFrame("unknown store state");
  return state;
}
