/**
 * What nodes say to each other of a document, as bytes: pieces of its log that are on disk, who is
 * with them, and that something else has changed. A message may get lost or come twice. Pure.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

/** Entries of the log that follow each other. */
export interface EntriesMessage {
  readonly type: "entries";
  /** Number of the first. */
  readonly first: number;
  /** Of the newest, in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly updates: readonly Uint8Array[];
}

/** Who of a node's own people is in the document. */
export interface PeopleMessage {
  readonly type: "people";
  /** Whether these are all of them, rather than those of whom there is news. */
  readonly isWhole: boolean;
  /** Of that node in the document, people without presence too. */
  readonly connections: number;
  /** As the node gives it to its own: an awareness update. */
  readonly update: Uint8Array;
}

export type BusMessage =
  | EntriesMessage
  | PeopleMessage
  /** The log has grown to this number; what was added is too large to be sent along. */
  | { readonly type: "head"; readonly seq: number }
  /** Whoever has people in the document says so. */
  | { readonly type: "askPeople" }
  /** Whoever holds this client id makes sure that it is there, and says so. */
  | { readonly type: "challenge"; readonly clientId: number }
  /** Something is changed of who may do what. */
  | { readonly type: "access" };

const CODES = { entries: 0, head: 1, people: 2, askPeople: 3, challenge: 4, access: 5 } as const;

export function encodeBusMessage(message: BusMessage): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeUint8(encoder, CODES[message.type]);
    writeBody(encoder, message);
  });
}

function writeBody(encoder: encoding.Encoder, message: BusMessage): void {
  switch (message.type) {
    case "entries":
      encoding.writeVarUint(encoder, message.first);
      encoding.writeVarUint(encoder, message.at);
      encoding.writeVarUint(encoder, message.updates.length);
      for (const update of message.updates) encoding.writeVarUint8Array(encoder, update);
      return;
    case "head":
      return encoding.writeVarUint(encoder, message.seq);
    case "people":
      encoding.writeUint8(encoder, Number(message.isWhole));
      encoding.writeVarUint(encoder, message.connections);
      return encoding.writeVarUint8Array(encoder, message.update);
    case "challenge":
      return encoding.writeVarUint(encoder, message.clientId);
    case "askPeople":
    case "access":
  }
}

/** Undefined for what is none, or of a later version. */
export function decodeBusMessage(bytes: Uint8Array): BusMessage | undefined {
  try {
    return read(decoding.createDecoder(bytes));
  } catch {
    return undefined;
  }
}

function read(decoder: decoding.Decoder): BusMessage | undefined {
  switch (decoding.readUint8(decoder)) {
    case CODES.entries:
      return readEntries(decoder);
    case CODES.head:
      return { type: "head", seq: decoding.readVarUint(decoder) };
    case CODES.people:
      return {
        type: "people",
        isWhole: decoding.readUint8(decoder) === 1,
        connections: decoding.readVarUint(decoder),
        update: decoding.readVarUint8Array(decoder),
      };
    case CODES.askPeople:
      return { type: "askPeople" };
    case CODES.challenge:
      return { type: "challenge", clientId: decoding.readVarUint(decoder) };
    case CODES.access:
      return { type: "access" };
    default:
      return undefined;
  }
}

function readEntries(decoder: decoding.Decoder): EntriesMessage {
  const first = decoding.readVarUint(decoder);
  const at = decoding.readVarUint(decoder);
  const count = decoding.readVarUint(decoder);
  const updates: Uint8Array[] = [];
  // The room keeps them for longer than the message.
  for (let n = 0; n < count; n += 1) updates.push(decoding.readVarUint8Array(decoder).slice());
  return { type: "entries", first, at, updates };
}
