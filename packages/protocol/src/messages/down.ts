import type { AckedPush } from "./down/acked.ts";
import type { ConnectedPush } from "./down/connected.ts";
import type { DisconnectPush } from "./down/disconnect.ts";
import type { ErrorPush } from "./down/error.ts";
import type { GapPush } from "./down/gap.ts";
import type { HistoryPush } from "./down/history.ts";
import type { JoinPush } from "./down/join.ts";
import type { LeavePush } from "./down/leave.ts";
import type { MessagePush } from "./down/message.ts";
import type { PongPush } from "./down/pong.ts";
import type { PositionPush } from "./down/position.ts";
import type { PresencePush } from "./down/presence.ts";
import type { PublishedPush } from "./down/published.ts";
import type { RatePush } from "./down/rate.ts";
import type { RefreshPush } from "./down/refresh.ts";
import type { RefreshedPush } from "./down/refreshed.ts";
import type { ResultPush } from "./down/result.ts";
import type { SubscribedPush } from "./down/subscribed.ts";
import type { UnsubscribedPush } from "./down/unsubscribed.ts";

/** Every message that the server sends. */
export type Push =
  | ConnectedPush
  | SubscribedPush
  | MessagePush
  | GapPush
  | PositionPush
  | JoinPush
  | LeavePush
  | UnsubscribedPush
  | PublishedPush
  | HistoryPush
  | PresencePush
  | ResultPush
  | RatePush
  | RefreshPush
  | RefreshedPush
  | AckedPush
  | ErrorPush
  | DisconnectPush
  | PongPush;
