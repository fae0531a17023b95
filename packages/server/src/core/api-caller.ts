import { inboxOf } from "@tidewire/protocol";
import type { ApiScope } from "../config/api-key-setting.ts";
import { API_CALLS, type ApiCall } from "./api-calls.ts";
import type { Refusal } from "./refusal.ts";

/** A backend that has shown its key. */
export interface ApiCaller {
  /** The key's name, for logs and figures. */
  readonly name: string;
  /** Why the key is not for this kind of call; null when it is. */
  scopeRefusal(scope: ApiScope): Refusal | null;
  /** Why the key is not for this channel; null when it is. */
  channelRefusal(channel: string): Refusal | null;
  /** Why the key is not for what no pattern can name; null when it is for every channel. */
  limitRefusal(): Refusal | null;
}

/** What a call names; valid names only. */
export interface CallTarget {
  readonly channel?: string;
  readonly user?: string;
}

/**
 * Says why a key is not enough for a call; null when it is.
 *
 * What a call does to each of many channels, or shows of those that the key covers, is decided where it is done.
 */
export function callRefusal(caller: ApiCaller, call: ApiCall, { channel, user }: CallTarget): Refusal | null {
  const { scope, reach } = API_CALLS[call];
  const refusal = caller.scopeRefusal(scope);
  if (refusal !== null) return refusal;
  switch (reach) {
    case "channel":
      return channel === undefined ? caller.limitRefusal() : caller.channelRefusal(channel);
    case "user":
      return user === undefined ? caller.limitRefusal() : caller.channelRefusal(inboxOf(user));
    case "everything":
      return caller.limitRefusal();
    case "each":
    case "covered":
    case "none":
      return null;
  }
}
