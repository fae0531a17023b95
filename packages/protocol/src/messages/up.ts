import type { AckCommand } from "./up/ack.ts";
import type { ConnectCommand } from "./up/connect.ts";
import type { HistoryCommand } from "./up/history.ts";
import type { PingCommand } from "./up/ping.ts";
import type { PresenceCommand } from "./up/presence.ts";
import type { PublishCommand } from "./up/publish.ts";
import type { RateCommand } from "./up/rate.ts";
import type { RefreshCommand } from "./up/refresh.ts";
import type { RpcCommand } from "./up/rpc.ts";
import type { SubscribeCommand } from "./up/subscribe.ts";
import type { UnsubscribeCommand } from "./up/unsubscribe.ts";

/** Every message that a client sends. */
export type Command =
  | ConnectCommand
  | SubscribeCommand
  | UnsubscribeCommand
  | PublishCommand
  | HistoryCommand
  | PresenceCommand
  | AckCommand
  | RpcCommand
  | RateCommand
  | RefreshCommand
  | PingCommand;
