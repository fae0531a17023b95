import type { ChannelMap, Declared, Member } from "@tidewire/protocol";
import { useCallback, useSyncExternalStore } from "react";
import type { Tidewire } from "../tidewire.ts";
import { type ChannelClient, hold, memberCountOf, membersOf, NOBODY } from "./shared-channel.ts";

/**
 * Who is in a channel, in order of arrival; empty in channels without presence. Of a large room it is only some of them.
 *
 * It shares the channel's subscription with `useChannel`, and is not drawn again when messages come.
 */
export function usePresence<Channels extends ChannelMap, const Channel extends string>(
  client: Tidewire<Channels>,
  channel: Declared<Channels, Channel>,
): readonly Member[] {
  return useSyncExternalStore(
    useHolding(client, channel),
    () => membersOf(client, channel),
    () => NOBODY,
  );
}

/** How many are in a channel, in rooms of every size. Otherwise as `usePresence`. */
export function useMemberCount<Channels extends ChannelMap, const Channel extends string>(
  client: Tidewire<Channels>,
  channel: Declared<Channels, Channel>,
): number {
  return useSyncExternalStore(
    useHolding(client, channel),
    () => memberCountOf(client, channel),
    () => 0,
  );
}

/** Keeps a channel subscribed while the component is there. */
function useHolding(client: ChannelClient, channel: string): (changed: () => void) => () => void {
  return useCallback(
    (changed: () => void) =>
      hold(client, channel, { since: undefined, keep: 0, onMessage: () => {}, changed }),
    [client, channel],
  );
}
