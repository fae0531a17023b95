/** Up to where a user has read one channel. */
export interface Receipt {
  readonly user: string;
  readonly offset: number;
  readonly timeMs: number;
}

/**
 * The port to the users' reading cursors: one for each user and channel.
 *
 * A cursor never goes back. The caller bounds it by the channel's head.
 */
export interface Cursors {
  /** The acknowledged offset, or null when the user has acknowledged nothing in this channel. */
  get(user: string, channel: string): Promise<number | null>;
  /** Moves the cursor forward; resolves, once kept, with where it is now (which may be further than asked). */
  advance(user: string, channel: string, offset: number): Promise<number>;
  /** The channel's cursors in the order of user ids greater than `after`. */
  receipts(channel: string, after: string, limit: number): Promise<readonly Receipt[]>;
}
