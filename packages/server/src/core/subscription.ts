import type { Channel } from "./channel.ts";
import type { RequestId } from "./push.ts";
import type { Session } from "./session.ts";
import { StreamCursor } from "./stream-cursor.ts";

/** Where a subscription starts, found out before it takes effect. */
export interface Start {
  /** What reading goes on after; null: at the head of the moment it takes effect, nothing is caught up. */
  readonly cursor: number | null;
  /** The position given belongs to a past that was lost. */
  readonly diverged: boolean;
  readonly recovered: boolean;
  readonly unread: number | null;
}

/**
 * One session's subscription to one channel: a cursor in its stream.
 *
 * It is `opening` until its channel is open and its start is known, then it takes effect at the end of a turn.
 */
export class Subscription extends StreamCursor {
  readonly session: Session;
  readonly channelName: string;
  /** Null until the channel is open, and again after the end. */
  channel: Channel | null = null;
  /** Resolves when the subscription has been handed to its channel, or was given up; null afterwards. */
  opening: Promise<void> | null = null;
  request: RequestId;
  start: Start | null = null;
  /** Place in the fan-out's list; -1 when it is in none. */
  index = -1;
  /** Messages without history that found no room and were not told of yet. */
  dropped = 0;
  /** A join or leave found no room: the whole list follows when there is some. */
  presenceStale = false;
  /** The cursor passed messages that this session does not get, and the client was not told. */
  tailSkipped = false;
  /** Waits in its session's queue for the next page. */
  queued = false;

  constructor(session: Session, channelName: string, request: RequestId) {
    super(0, false);
    this.session = session;
    this.channelName = channelName;
    this.request = request;
  }
}
