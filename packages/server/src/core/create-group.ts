import type { HistoryOptions } from "../config/channel-options.ts";
import { BudgetGroup } from "./budget-group.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryGroup, GroupHost } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { FanOut } from "./fan-out.ts";

/** Makes an empty group for one way of being served: the one place that knows which there are. */
export function createGroup(
  delivery: Delivery,
  encoding: Encoding,
  history: HistoryOptions | null,
  host: GroupHost,
): DeliveryGroup {
  const { budget } = delivery;
  if (budget !== null) return new BudgetGroup({ ...delivery, budget }, encoding, history !== null, host);
  return new FanOut(delivery, encoding, FanOut.ring(history?.messages ?? 0, history?.bytes ?? 0), host);
}
