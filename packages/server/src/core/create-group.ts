import type { HistoryOptions } from "../config/channel-options.ts";
import { BudgetGroup } from "./budget-group.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryGroup, GroupHost } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { FanOut } from "./fan-out.ts";
import { LatestGroup } from "./latest-group.ts";
import { LatestValues } from "./latest-values.ts";

/** What groups take from their channel when they are made. */
export interface GroupSource {
  readonly host: GroupHost;
  /** How much of the stream is kept; null: it has none. */
  readonly history: HistoryOptions | null;
  /** The last value of each key; null on a channel that does not keep them. */
  readonly values: LatestValues | null;
}

/** Makes an empty group for one way of being served: the one place that knows which there are. */
export function createGroup(delivery: Delivery, encoding: Encoding, source: GroupSource): DeliveryGroup {
  const { host, history, values } = source;
  const { budget, maxRate } = delivery;
  if (budget !== null) return new BudgetGroup({ ...delivery, budget }, encoding, host);
  if (maxRate !== null)
    return new LatestGroup({ ...delivery, maxRate }, encoding, host, values ?? new LatestValues());
  return new FanOut(delivery, encoding, FanOut.ring(history?.messages ?? 0, history?.bytes ?? 0), host);
}
