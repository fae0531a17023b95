import type { DeliveryGroup } from "./delivery-group.ts";
import type { Member } from "./push.ts";

/** Gives a list of who came or left to those who are up to date; the others get the whole list when they are. */
export function announce(
  { encoding, subscriptions }: DeliveryGroup,
  kind: "join" | "leave",
  channel: string,
  members: readonly Member[],
): void {
  if (members.length === 0 || subscriptions.length === 0) return;
  const bytes = encoding.push({ kind, channel, members });
  for (const subscription of subscriptions) {
    const { outbox } = subscription.session;
    if (outbox === null) continue;
    if (subscription.live && !subscription.presenceStale && !outbox.overrun) outbox.write(bytes);
    else subscription.presenceStale = true;
  }
}
