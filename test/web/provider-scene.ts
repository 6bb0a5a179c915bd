/**
 * One tab and the server that a test plays for it: a provider on fake sockets,
 * and the server's own Y.Doc to answer from. The clock is the test's.
 */
import type { TestContext } from "node:test";
import * as Y from "yjs";
import { CONTENT } from "#protocol/document.ts";
import { Provider, type ProviderOptions } from "../../web/sync/provider.ts";
import { FakeSocket } from "../helpers/fake-socket.ts";

/** Also tells what the network has not taken yet. */
export class BufferingSocket extends FakeSocket {
  bufferedAmount = 0;
}

const STEP_MS = 50;

/** Past any pause between two tries. */
const LONGEST_PAUSE_MS = 30_000;

export class ProviderScene {
  readonly doc = new Y.Doc();
  /** What the server has. */
  readonly stored = new Y.Doc();
  readonly sockets: BufferingSocket[] = [];
  readonly provider: Provider;
  readonly #context: TestContext;

  constructor(
    context: TestContext,
    options: Partial<Pick<ProviderOptions, "token" | "epoch" | "mayEdit" | "readEpoch">> = {},
  ) {
    context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    this.#context = context;
    const { sockets } = this;
    const Socket = class extends BufferingSocket {
      constructor(address: string) {
        super(address);
        sockets.push(this);
      }
    };
    this.provider = new Provider({
      token: () => "t1",
      ...options,
      doc: this.doc,
      url: "ws://quire.test/ws/doc/d1",
      WebSocket: Socket as unknown as new (address: string) => WebSocket,
    });
    context.after(() => this.provider.destroy());
  }

  get socket(): BufferingSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("the page has opened no socket");
    return socket;
  }

  get unsaved(): number {
    return this.provider.unsaved.peek();
  }

  get link(): string {
    return this.provider.link.peek().kind;
  }

  /** The epoch that the newest socket named. */
  get namedEpoch(): string | null {
    return new URL(this.socket.address).searchParams.get("epoch");
  }

  /** In small steps: within one tick of the mocked clock, every timer would see its end. */
  wait(milliseconds: number): void {
    for (let left = milliseconds; left > 0; left -= STEP_MS) {
      this.#context.mock.timers.tick(Math.min(left, STEP_MS));
    }
  }

  type(text: string): void {
    const content = this.doc.getText(CONTENT);
    content.insert(content.length, text);
  }

  /** Opens the newest socket and greets it as a room greets an editor. */
  join(): BufferingSocket {
    const { socket } = this;
    socket.open();
    socket.deliver({ type: "step1", stateVector: Y.encodeStateVector(this.stored) });
    socket.deliver({ type: "step2", update: Y.encodeStateAsUpdate(this.stored) });
    return socket;
  }

  /** Joins by the next socket after a loss, unless it is there already. */
  rejoin(): BufferingSocket {
    const lost = this.link === "lost";
    const { length } = this.sockets;
    const isNew = () => this.sockets.length > length || !lost || !this.socket.isClosed;
    for (let waited = 0; !isNew(); waited += STEP_MS) {
      if (waited > LONGEST_PAUSE_MS) throw new Error("no other socket was opened");
      this.wait(STEP_MS);
    }
    return this.join();
  }

  /** Puts on the server's disk what a socket has brought so far, and says so. */
  store(socket: BufferingSocket): void {
    const edits = [...socket.sentOf("step2"), ...socket.sentOf("update")];
    for (const { update } of edits) Y.applyUpdate(this.stored, update);
    socket.deliver({ type: "acknowledgement", count: edits.length });
  }
}
