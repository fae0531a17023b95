import type { ChannelMap } from "@tidewire/protocol";
import { useCallback, useSyncExternalStore } from "react";
import type { ClientState } from "../client-state.ts";
import type { Tidewire } from "../tidewire.ts";

/** What is needed of the client. */
interface Connected {
  readonly state: ClientState;
}

/** The state that was seen last, by client: React wants the same object while nothing has changed. */
const seen = new WeakMap<Connected, ClientState>();

/** What a server draws, and the browser first, so that both agree. */
const IDLE: ClientState = { status: "idle" };

/** What the connection is doing, and why. */
export function useConnection<Channels extends ChannelMap>(client: Tidewire<Channels>): ClientState {
  const subscribe = useCallback((changed: () => void) => client.on("state", changed), [client]);
  return useSyncExternalStore(
    subscribe,
    () => stateOf(client),
    () => IDLE,
  );
}

function stateOf(client: Connected): ClientState {
  const before = seen.get(client);
  const { state } = client;
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(state)) return before;
  seen.set(client, state);
  return state;
}
