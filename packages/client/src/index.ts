export type { TidewireEvents } from "./client-events.ts";
export type {
  CatchingUpState,
  ClientState,
  ClosedState,
  ConnectingState,
  IdleState,
  KickedState,
  LiveState,
  OfflineState,
  SuspendedState,
} from "./client-state.ts";
export type { Handler, ListenOptions } from "./emitter.ts";
export {
  type Environment,
  hostEnvironment,
  type Page,
  type WebSocketConstructor,
  type WebSocketLike,
} from "./environment.ts";
export { type ClientErrorCode, type ErrorDetails, TidewireError } from "./error.ts";
export type { BackoffOptions, TidewireOptions } from "./options.ts";
export type {
  Acknowledged,
  HistoryMessage,
  HistoryOptions,
  HistoryPage,
  Message,
  MessagesOptions,
  Presence,
  Published,
  PublishOptions,
  Subscription,
  SubscriptionEvents,
  SubscriptionState,
  Unsubscribed,
} from "./subscription.ts";
export { type SubscribeOptions, Tidewire } from "./tidewire.ts";
export type {
  AnyChannels,
  ChannelMap,
  Declared,
  DeliverMode,
  GapPush,
  GapReason,
  JsonValue,
  Matches,
  Member,
  PayloadOf,
  Position,
  Sender,
  Since,
  SubscribedPush,
  UndeclaredChannel,
} from "@tidewire/protocol";
