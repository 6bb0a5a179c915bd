/** An honest client beside hostile ones: types, takes in what comes, and counts what is acknowledged. */
import * as Y from "yjs";
import { decodeFrame, encodeFrame } from "#protocol/frames.ts";
import type { Batch } from "../../server/batch.ts";
import type { AppError } from "../../server/errors.ts";
import type { Peer, Session } from "../../server/session.ts";
import type { Random } from "../helpers/random.ts";
import type { Scene } from "../helpers/room-scene.ts";

/**
 * A text of their own: under forged ids Yjs itself gives each client another text,
 * so that what honest clients share with hostile ones need not converge.
 */
const TEXT = "typists";

const LONGEST = 200;

export class Typist implements Peer {
  readonly #doc = new Y.Doc();
  readonly #text = this.#doc.getText(TEXT);
  #session: Session | undefined;
  /** Step 2 and update frames. */
  #sent = 0;
  #acknowledged = 0;
  closedWith: string | undefined;
  readonly isBehind = false;

  onDrained(): void {}

  async enter(scene: Scene): Promise<this> {
    this.#session = await scene.admit(this);
    this.#session.receive(
      encodeFrame({ type: "step1", stateVector: Y.encodeStateVector(this.#doc) }),
    );
    this.#doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#say("update", update);
    });
    return this;
  }

  get text(): string {
    return this.#text.toString();
  }

  get isSaved(): boolean {
    return this.#acknowledged === this.#sent;
  }

  get edits(): number {
    return this.#sent;
  }

  type(random: Random): void {
    const { length } = this.#text;
    const at = random.int(length + 1);
    if (length < LONGEST) this.#text.insert(at, String.fromCharCode(97 + random.int(26)));
    else this.#text.delete(at >> 1, length >> 1);
  }

  leave(): void {
    this.#session?.close();
    this.#doc.destroy();
  }

  send({ messages }: Batch): void {
    for (const message of messages) this.#take(message);
  }

  /** Answers at once, as every living client does. */
  challenge(): void {
    return;
  }

  close(error: AppError): void {
    this.closedWith = error.code;
  }

  #take(message: Uint8Array): void {
    const frame = decodeFrame(message);
    if (frame.type === "acknowledgement") this.#acknowledged = frame.count;
    if (frame.type === "update" || frame.type === "step2") this.#apply(frame.update);
    if (frame.type === "step1") this.#answer(frame.stateVector);
  }

  /** The room asks first while it lets one in, before the session is known here. */
  #answer(stateVector: Uint8Array): void {
    if (this.#session) this.#say("step2", Y.encodeStateAsUpdate(this.#doc, stateVector));
  }

  #say(type: "update" | "step2", update: Uint8Array): void {
    this.#sent += 1;
    this.#session?.receive(encodeFrame({ type, update }));
  }

  /** As stock clients do: what breaks Yjs is passed over. */
  #apply(update: Uint8Array): void {
    try {
      Y.applyUpdate(this.#doc, update, this);
    } catch {
      return;
    }
  }
}
