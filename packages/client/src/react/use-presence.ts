import type { ChannelMap, Declared, Member } from "@tidewire/protocol";
import { useCallback, useSyncExternalStore } from "react";
import type { Tidewire } from "../tidewire.ts";
import { hold, membersOf, NOBODY } from "./shared-channel.ts";

/**
 * Who is in a channel, in order of arrival; empty in channels without presence.
 *
 * It shares the channel's subscription with `useChannel`, and is not drawn again when messages come.
 */
export function usePresence<Channels extends ChannelMap, const Channel extends string>(
  client: Tidewire<Channels>,
  channel: Declared<Channels, Channel>,
): readonly Member[] {
  const subscribe = useCallback(
    (changed: () => void) =>
      hold(client, channel, { since: undefined, keep: 0, onMessage: () => {}, changed }),
    [client, channel],
  );
  return useSyncExternalStore(
    subscribe,
    () => membersOf(client, channel),
    () => NOBODY,
  );
}
