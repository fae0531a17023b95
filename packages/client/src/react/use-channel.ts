import type { ChannelMap, Declared, PayloadOf, Since } from "@tidewire/protocol";
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Message } from "../subscription.ts";
import type { Tidewire } from "../tidewire.ts";
import { type ChannelClient, type ChannelView, hold, newest, SUBSCRIBING, viewOf } from "./shared-channel.ts";

/** How to use a channel in a component. */
export interface UseChannelOptions<Payload> {
  /**
   * Where to begin, as with `subscribe`.
   *
   * Counts for the component that uses the channel first; of several that come in one round, for the first that says it.
   */
  readonly since?: Since | undefined;
  /** How many messages to keep, the newest. Default 100. */
  readonly keep?: number | undefined;
  /**
   * Told each message once, after it was kept: for sounds and badges. It may be another function at each drawing.
   *
   * One that throws is an `error` event of the client, and changes nothing else.
   */
  readonly onMessage?: ((message: Message<Payload>) => unknown) | undefined;
}

const DEFAULT_KEEP = 100;

/**
 * Uses a channel in a component: its newest messages, and how the subscription stands.
 *
 * All components that use a channel share one subscription and the messages that came by it. It ends when the last of
 * them is gone; so leave a channel either to hooks or to `subscribe`.
 */
export function useChannel<Channels extends ChannelMap, const Channel extends string>(
  client: Tidewire<Channels>,
  channel: Declared<Channels, Channel>,
  options?: UseChannelOptions<PayloadOf<Channels, Channel>>,
): ChannelView<PayloadOf<Channels, Channel>>;
// This overload is where the declaration of the channels is taken at its word, as in `subscribe`.
export function useChannel(
  client: ChannelClient,
  channel: string,
  options: UseChannelOptions<unknown> = {},
): ChannelView<unknown> {
  const { keep = DEFAULT_KEEP } = options;
  const latest = useRef(options);
  // Before the effect that subscribes, which reads it.
  useEffect(() => {
    latest.current = options;
  });
  const subscribe = useCallback(
    (changed: () => void) =>
      hold(client, channel, {
        since: latest.current.since,
        keep,
        onMessage: (message) => latest.current.onMessage?.(message),
        changed,
      }),
    [client, channel, keep],
  );
  const view = useSyncExternalStore(
    subscribe,
    () => viewOf(client, channel),
    () => SUBSCRIBING,
  );
  return useMemo(() => ({ ...view, messages: newest(view.messages, keep) }), [view, keep]);
}
