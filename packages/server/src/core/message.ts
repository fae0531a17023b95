/**
 * A message as the core knows it, whatever wire format it came in or leaves by.
 *
 * `dataJson` is kept as text: it is parsed once where it enters, stored and sent as it is, and never built again.
 */
export interface Message {
  readonly channel: string;
  /** The epoch of the stream, or null on a channel without history. */
  readonly epoch: string | null;
  /** Grows by one within a stream; null on a channel without history. */
  readonly offset: number | null;
  /** Chosen by the publisher, or made by the server. */
  readonly id: string;
  /** Wall clock in milliseconds; never goes back within a stream. */
  readonly timeMs: number;
  readonly from: Publisher;
  /** Groups messages of which only the latest counts, such as a stock symbol. */
  readonly key: string | null;
  readonly priority: "high" | null;
  /** The public id of a connection whose session never receives this message. */
  readonly exclude: string | null;
  readonly dataJson: string;
}

/** Who published: the backend with its key, or a connection (of a user, where one is known). */
export type Publisher =
  | { readonly kind: "api" }
  | { readonly kind: "client"; readonly user: string | null; readonly connection: string };

export const API_PUBLISHER: Publisher = { kind: "api" };

/**
 * The scope within which a publisher's message ids are unique in a channel.
 *
 * The API is one publisher, each user is one, and all anonymous clients together are one.
 */
export function publisherScope(publisher: Publisher): string {
  if (publisher.kind === "api") return "api";
  return publisher.user === null ? "anonymous" : `user:${publisher.user}`;
}
