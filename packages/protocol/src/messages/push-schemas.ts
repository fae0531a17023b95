import type { ObjectSchema } from "../schema.ts";
import { ackedPush } from "./down/acked.ts";
import { connectedPush } from "./down/connected.ts";
import { disconnectPush } from "./down/disconnect.ts";
import { errorPush } from "./down/error.ts";
import { gapPush } from "./down/gap.ts";
import { historyPush } from "./down/history.ts";
import { joinPush } from "./down/join.ts";
import { leavePush } from "./down/leave.ts";
import { messagePush } from "./down/message.ts";
import { pongPush } from "./down/pong.ts";
import { positionPush } from "./down/position.ts";
import { presencePush } from "./down/presence.ts";
import { publishedPush } from "./down/published.ts";
import { ratePush } from "./down/rate.ts";
import { refreshPush } from "./down/refresh.ts";
import { refreshedPush } from "./down/refreshed.ts";
import { resultPush } from "./down/result.ts";
import { subscribedPush } from "./down/subscribed.ts";
import { unsubscribedPush } from "./down/unsubscribed.ts";
import type { Push } from "./down.ts";

/** The schema of each push, by its `type`. */
export const PUSH_SCHEMAS: {
  readonly [Type in Push["type"]]: ObjectSchema<Extract<Push, { type: Type }>>;
} = {
  connected: connectedPush,
  subscribed: subscribedPush,
  message: messagePush,
  gap: gapPush,
  position: positionPush,
  join: joinPush,
  leave: leavePush,
  unsubscribed: unsubscribedPush,
  published: publishedPush,
  history: historyPush,
  presence: presencePush,
  result: resultPush,
  rate: ratePush,
  refresh: refreshPush,
  refreshed: refreshedPush,
  acked: ackedPush,
  error: errorPush,
  disconnect: disconnectPush,
  pong: pongPush,
};
