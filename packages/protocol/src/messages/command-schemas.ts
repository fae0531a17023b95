import type { ObjectSchema } from "../schema.ts";
import { ackCommand } from "./up/ack.ts";
import { connectCommand } from "./up/connect.ts";
import { historyCommand } from "./up/history.ts";
import { pingCommand } from "./up/ping.ts";
import { presenceCommand } from "./up/presence.ts";
import { publishCommand } from "./up/publish.ts";
import { rateCommand } from "./up/rate.ts";
import { refreshCommand } from "./up/refresh.ts";
import { rpcCommand } from "./up/rpc.ts";
import { subscribeCommand } from "./up/subscribe.ts";
import { unsubscribeCommand } from "./up/unsubscribe.ts";
import type { Command } from "./up.ts";

/** The schema of each command, by its `type`. */
export const COMMAND_SCHEMAS: {
  readonly [Type in Command["type"]]: ObjectSchema<Extract<Command, { type: Type }>>;
} = {
  connect: connectCommand,
  subscribe: subscribeCommand,
  unsubscribe: unsubscribeCommand,
  publish: publishCommand,
  history: historyCommand,
  presence: presenceCommand,
  ack: ackCommand,
  rpc: rpcCommand,
  rate: rateCommand,
  refresh: refreshCommand,
  ping: pingCommand,
};
