import { decodePush, type Push } from "@tidewire/protocol";
import { within } from "./deadline.ts";

/** One kind of push. */
export type PushOf<Type extends Push["type"]> = Extract<Push, { type: Type }>;

/** What a client of the native protocol has received, in its order, whatever brought it. */
export class FrameReader {
  /** Every frame so far, read or not. */
  readonly frames: Push[] = [];
  #read = 0;
  #isClosed = false;
  #wake: (() => void) | null = null;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The next frame, whatever it is. */
  async frame(): Promise<Push> {
    return this.until(() => true, "another frame");
  }

  /** The next frame of a type. Those before it are passed over. */
  async next<Type extends Push["type"]>(type: Type): Promise<PushOf<Type>> {
    return this.until((push): push is PushOf<Type> => push.type === type, `a frame of type ${type}`);
  }

  /** The answer to the request with this id. */
  async answer<Type extends Push["type"]>(type: Type, id: number): Promise<PushOf<Type>> {
    return this.until(
      (push): push is PushOf<Type> => push.type === type && "id" in push && push.id === id,
      `the ${type} with id ${id}`,
    );
  }

  /** The next `count` messages, with nothing passed over but frames of other types. */
  async messages(count: number): Promise<readonly PushOf<"message">[]> {
    const messages: PushOf<"message">[] = [];
    while (messages.length < count) messages.push(await this.next("message"));
    return messages;
  }

  /** The next frame for which `isIt` holds. Those before it are passed over. */
  async until<Found extends Push>(isIt: (push: Push) => push is Found, what: string): Promise<Found>;
  async until(isIt: (push: Push) => boolean, what: string): Promise<Push>;
  async until(isIt: (push: Push) => boolean, what: string): Promise<Push> {
    for (;;) {
      while (this.#read < this.frames.length) {
        const push = this.frames[this.#read];
        this.#read += 1;
        if (push !== undefined && isIt(push)) return push;
      }
      if (this.#isClosed) throw new Error(`${what} did not come before the close. ${this.seen()}`);
      await this.more(what);
    }
  }

  /** The secret and the public id that `connected` told. */
  async connected(): Promise<PushOf<"connected">> {
    return this.next("connected");
  }

  /** The frames that are passed over until the one comes that `wait` waits for. */
  protected async passedOver(wait: () => Promise<Push>): Promise<readonly Push[]> {
    const from = this.#read;
    await wait();
    return this.frames.slice(from, this.#read - 1);
  }

  /** Takes the text of a frame. */
  protected take(text: string): void {
    const push = decodePush(text);
    if (push === undefined) throw new Error(`the server sent what is no push: ${text.slice(0, 300)}`);
    this.frames.push(push);
    this.woken();
  }

  /** No further frame comes. */
  protected end(): void {
    this.#isClosed = true;
    this.woken();
  }

  /** Something else happened that may be waited for. */
  protected woken(): void {
    this.#wake?.();
  }

  protected more(what: string): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return within(woken, what, () => this.seen());
  }

  protected seen(): string {
    const last = this.frames.slice(-8).map((push) => JSON.stringify(push).slice(0, 200));
    return `${this.frames.length} frames so far, the last ones: ${last.join(" ")}`;
  }
}
