import { formatPosition, formatSince, type ListedChannel, type Position } from "@tidewire/protocol";

/** A session, as far as it tells where its subscriptions are. */
export interface Positioned {
  readonly subscriptions: ReadonlyMap<string, { readonly position: Position | null }>;
}

/**
 * Where a client goes on that knows nothing but its URL: one entry for each channel of the URL, in its order.
 *
 * A channel whose subscription has not taken effect, or is gone, keeps the entry it had. Channels that were added by a command
 * have none, since the URL would not ask for them.
 */
export class ResumePoints {
  readonly #channels: readonly string[];
  readonly #entries: string[];

  constructor(listed: readonly ListedChannel[]) {
    this.#channels = listed.map(({ channel }) => channel);
    this.#entries = listed.map(({ since }) => formatSince(since));
  }

  /** Takes over how far the session has come, and writes the entries as a `since` list. */
  advance({ subscriptions }: Positioned): string {
    for (let index = 0; index < this.#channels.length; index += 1) {
      const position = subscriptions.get(this.#channels[index] ?? "")?.position ?? null;
      if (position !== null) this.#entries[index] = formatPosition(position);
    }
    return this.toString();
  }

  toString(): string {
    return this.#entries.join(",");
  }
}
