import type { ClientState, KickedState } from "./client-state.ts";
import type { TidewireError } from "./error.ts";
import type { Message, Subscription } from "./subscription.ts";

/** What a client tells, by event name. */
export interface TidewireEvents {
  /** The connection's state changed; while catching up also when fewer messages are missing, every 100 ms. */
  state: ClientState;
  /** The server sent this client away. It does not come back by itself. */
  kicked: KickedState;
  /** A failure that no promise and no handler of a subscription carries. Without a handler it goes to `reportError`. */
  error: TidewireError;
  /** Every message of every subscription, after the subscription's own handlers. */
  message: Message<unknown>;
  /** A message that the backend sent to every connection, whatever it is subscribed to. */
  broadcast: Message<unknown>;
  /** A subscription that the server made by itself, such as the user's inbox. Its messages come after this. */
  subscription: Subscription<unknown>;
}

/** Tells an event to its handlers. */
export type Emit = <Name extends keyof TidewireEvents>(name: Name, event: TidewireEvents[Name]) => void;
