import type { DeliveryGroup } from "./delivery-group.ts";
import type { Push } from "./push.ts";

/** Gives news of who is present to those who are up to date; the others get all of it when they are. */
export function announce({ encoding, subscriptions }: DeliveryGroup, news: Push): void {
  if (subscriptions.length === 0) return;
  const bytes = encoding.push(news);
  for (const subscription of subscriptions) {
    const { outbox } = subscription.session;
    if (outbox === null || !subscription.byName) continue;
    if (subscription.live && !subscription.presenceStale && !outbox.overrun) outbox.write(bytes);
    else subscription.presenceStale = true;
  }
}
