export * from "./channel.ts";
export * from "./close-codes.ts";
export * from "./decode-command.ts";
export * from "./decode-push.ts";
export * from "./encode.ts";
export * from "./errors.ts";
export * from "./inbox.ts";
export type { JsonValue } from "./json.ts";
export * from "./json-depth.ts";
export * from "./limits.ts";
export * from "./pattern.ts";
export * from "./position.ts";
export * from "./url-lists.ts";
export * from "./version.ts";
export {
  channelName,
  memberInfo,
  messageId,
  messageIdProblem,
  messageKey,
  serverId,
  userId,
} from "./fields.ts";
export { priority } from "./messages/priority.ts";
export { COMMAND_SCHEMAS } from "./messages/command-schemas.ts";
export { PUSH_SCHEMAS } from "./messages/push-schemas.ts";
export type { ObjectSchema, Schema } from "./schema.ts";
export {
  boolean,
  array as arrayOf,
  boolean as trueOrFalse,
  boundedText,
  integer,
  json as anyJson,
  object as objectOf,
  optional,
  Problem,
  text as textWith,
} from "./schema.ts";
export type {
  AnyChannels,
  ChannelMap,
  Declared,
  Matches,
  PayloadOf,
  UndeclaredChannel,
} from "./channel-map.ts";
export type { DeliverMode } from "./messages/deliver-mode.ts";
export type { Member } from "./messages/member.ts";
export type { Priority } from "./messages/priority.ts";
export type { Sender } from "./messages/sender.ts";
export type { StoredMessage } from "./messages/stored-message.ts";
export type { Command } from "./messages/up.ts";
export type { Push } from "./messages/down.ts";
export type { ClientProgram, ConnectCommand, SubscriptionRequest } from "./messages/up/connect.ts";
export type { SubscribeCommand } from "./messages/up/subscribe.ts";
export type { UnsubscribeCommand } from "./messages/up/unsubscribe.ts";
export type { PublishCommand } from "./messages/up/publish.ts";
export type { HistoryCommand } from "./messages/up/history.ts";
export type { PresenceCommand } from "./messages/up/presence.ts";
export type { AckCommand } from "./messages/up/ack.ts";
export type { RpcCommand } from "./messages/up/rpc.ts";
export type { RateCommand } from "./messages/up/rate.ts";
export type { RefreshCommand } from "./messages/up/refresh.ts";
export type { PingCommand } from "./messages/up/ping.ts";
export type { ConnectedPush } from "./messages/down/connected.ts";
export type { SubscribedPush } from "./messages/down/subscribed.ts";
export type { MessagePush } from "./messages/down/message.ts";
export type { GapPush, GapReason } from "./messages/down/gap.ts";
export type { PositionPush } from "./messages/down/position.ts";
export type { JoinPush } from "./messages/down/join.ts";
export type { LeavePush } from "./messages/down/leave.ts";
export type { UnsubscribedPush } from "./messages/down/unsubscribed.ts";
export type { PublishedPush } from "./messages/down/published.ts";
export type { HistoryPush } from "./messages/down/history.ts";
export type { PresencePush } from "./messages/down/presence.ts";
export type { ResultPush } from "./messages/down/result.ts";
export type { RatePush } from "./messages/down/rate.ts";
export type { RefreshPush } from "./messages/down/refresh.ts";
export type { RefreshedPush } from "./messages/down/refreshed.ts";
export type { AckedPush } from "./messages/down/acked.ts";
export type { ErrorPush } from "./messages/down/error.ts";
export type { DisconnectPush } from "./messages/down/disconnect.ts";
export type { PongPush } from "./messages/down/pong.ts";
