import type { GroupHost } from "./delivery-group.ts";
import type { Start, Subscription } from "./subscription.ts";

/**
 * Lets a subscription begin at `start`: live at the head, or reading the stream from a position on.
 *
 * `skipped` messages after that position are left out, and count as dropped.
 */
export function beginAt(
  subscription: Subscription,
  { cursor, lost }: Start,
  host: Pick<GroupHost, "name" | "head" | "tally" | "catchUp">,
  skipped: number,
): void {
  const { name: channel, head, tally } = host;
  subscription.offset = (cursor ?? head.offset) + skipped;
  subscription.dropped = skipped;
  if (cursor === null) {
    subscription.live = true;
    return;
  }
  if (lost !== null) {
    tally.gaps[lost] += 1;
    const { epoch } = head;
    subscription.session.push({ kind: "gap", channel, epoch, from: null, to: cursor, reason: lost });
  }
  host.catchUp(subscription);
}

/**
 * Lets a subscription that was served by another group go on after `cursor`: live if that is as far as `liveFrom`, else reading the stream.
 *
 * Without a stream it goes on at the head.
 */
export function resumeAt(
  subscription: Subscription,
  cursor: number,
  host: Pick<GroupHost, "head" | "isStored" | "catchUp">,
  liveFrom: number,
): void {
  subscription.offset = host.isStored ? cursor : host.head.offset;
  subscription.live = subscription.offset >= liveFrom;
  if (!subscription.live) host.catchUp(subscription);
}
