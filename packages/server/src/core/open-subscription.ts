import type { Channel } from "./channel.ts";
import type { Hub } from "./hub.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { StreamsUnavailable } from "./streams.ts";
import type { Start, Subscription } from "./subscription.ts";

/** What opening works with. */
export interface OpeningPorts {
  readonly hub: Hub;
  /** A bug: told, and answered with an `internal` error. */
  readonly report: (error: unknown) => void;
}

/** What differs between those who open. */
export interface Opening {
  /** Finds out where it starts. */
  readonly start: (channel: Channel) => Promise<Start>;
  /** Asked in the step in which it would join; a refusal keeps it out. */
  readonly admit: (channel: Channel) => Refusal | null;
}

/**
 * Opens a subscription's channel and lets it join, to take effect at the end of the turn.
 *
 * Resolves with why it could not; the subscription is still the session's then. One that is not the session's any more, since the client
 * has gone or changed its mind meanwhile, is left alone.
 */
export async function openSubscription(
  { hub, report }: OpeningPorts,
  session: Session,
  subscription: Subscription,
  { start: findStart, admit }: Opening,
): Promise<Refusal | null> {
  const { channelName } = subscription;
  let channel: Channel | null = null;
  try {
    channel = await hub.open(channelName);
    const start = await findStart(channel);
    const isWanted = session.subscriptions.get(channelName) === subscription && session.outbox !== null;
    const refusal = isWanted ? admit(channel) : null;
    if (!isWanted || refusal !== null) {
      channel.release();
      return refusal;
    }
    subscription.start = start;
    subscription.channel = channel;
    channel.join(subscription);
    if (subscription.byName) channel.roster?.join(session.member);
    return null;
  } catch (error) {
    channel?.release();
    if (error instanceof StreamsUnavailable) return refuse("not_available");
    report(error);
    return refuse("internal");
  }
}
