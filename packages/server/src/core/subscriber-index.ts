import type { Subscriber } from "./subscription.ts";

/** The port that finds those who are connected to this node by who they are. */
export interface SubscriberIndex {
  byConnection(connection: string): Subscriber | undefined;
  ofUser(user: string): readonly Subscriber[];
}
