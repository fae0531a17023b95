/** What the server counts as unread up to the head of the stream, none of which may have arrived yet. */
interface Announced {
  readonly unread: number;
  readonly head: number;
}

/**
 * Which messages of an inbox a person has not read, on one device.
 *
 * The server tells the number on subscribing and after each acknowledgement; messages are counted as they arrive. A number that the
 * server tells covers messages that are still on their way, which must not be counted twice: until the last of them has arrived the
 * server's number holds, and from then on one's own count.
 */
export class Unread {
  /** Of what has arrived, in order. */
  #offsets: number[] = [];
  #arrived = 0;
  #announced: Announced | undefined;

  get count(): number {
    return this.#announced?.unread ?? this.#offsets.length;
  }

  /** Everything before this offset was read. Infinity when nothing is unread. */
  get firstOffset(): number {
    return this.#offsets[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The server confirmed the subscription: so many are unread up to this head. */
  subscribed(unread: number, head: number): void {
    this.#announced = { unread, head };
    this.#settle();
  }

  /** A message has arrived. Offsets only grow. */
  arrived(offset: number): void {
    this.#offsets.push(offset);
    this.#arrived = offset;
    this.#settle();
  }

  /** The person has read up to this offset, here or elsewhere, and so many are still unread. */
  acknowledged(offset: number, unread: number): void {
    this.#offsets = this.#offsets.filter((each) => each > offset);
    if (this.#announced !== undefined) this.#announced = { ...this.#announced, unread };
  }

  /** When everything announced is there, the newest of it are the unread ones: others were read elsewhere meanwhile. */
  #settle(): void {
    if (this.#announced === undefined || this.#arrived < this.#announced.head) return;
    const { unread, head } = this.#announced;
    const later = this.#offsets.filter((each) => each > head).length;
    this.#offsets.splice(0, Math.max(0, this.#offsets.length - later - unread));
    this.#announced = undefined;
  }
}
