import type { DeliveryGroup } from "./delivery-group.ts";
import type { Message, Publisher } from "./message.ts";
import type { SubscriberIndex } from "./subscriber-index.ts";
import type { Subscriber, Subscription } from "./subscription.ts";

/** Where some messages concern one subscription alone: its own ones, and those that are not for it. */
export type PersonalPlaces = ReadonlyMap<Subscription, readonly number[]>;

/**
 * Finds the live subscriptions of a group that get something else of some messages than the others: each message that excludes
 * them, and each of their own that is not `shared` with all anyway.
 *
 * Looks at each message once, and at nobody whom none concerns.
 */
export function personalPlaces(
  messages: readonly Message[],
  shared: (place: number) => boolean,
  group: DeliveryGroup,
  subscribers: SubscriberIndex,
): PersonalPlaces {
  const personal = new Map<Subscription, number[]>();
  const note = ({ subscriptions }: Subscriber, place: number, channel: string): void => {
    const subscription = subscriptions.get(channel);
    if (subscription?.group !== group || !subscription.live) return;
    const places = personal.get(subscription);
    if (places === undefined) personal.set(subscription, [place]);
    else places.push(place);
  };
  for (const [place, { channel, exclude, from }] of messages.entries()) {
    const excluded = exclude === null ? undefined : subscribers.byConnection(exclude);
    if (excluded !== undefined) note(excluded, place, channel);
    if (from.kind === "api" || shared(place)) continue;
    for (const owner of ownersOf(from, subscribers)) note(owner, place, channel);
  }
  return personal;
}

function ownersOf(
  { user, connection }: Extract<Publisher, { kind: "client" }>,
  subscribers: SubscriberIndex,
): readonly Subscriber[] {
  if (user !== null) return subscribers.ofUser(user);
  const owner = subscribers.byConnection(connection);
  return owner === undefined ? [] : [owner];
}

/** Whether a message must not be dropped for this subscriber: it is of high priority, or of their own. */
export function mustReach({ priority, from }: Message, { connection, member }: Subscriber): boolean {
  if (priority === "high") return true;
  if (from.kind === "api") return false;
  return from.connection === connection || (from.user !== null && from.user === member.user);
}
