import type { Audience, DeliverMode, HistoryOptions, RateLimit } from "./channel-options.ts";

/** One rule: what it sets on the channels that match. A key that is absent sets nothing. */
export interface ChannelRule {
  readonly match: string;
  /** `off`, or the nested keys that this rule sets; an empty object only turns history on. */
  readonly history?: "off" | Partial<HistoryOptions>;
  readonly presence?: boolean;
  readonly presenceList?: number;
  readonly subscribe?: Audience;
  readonly publish?: Audience;
  readonly deliver?: DeliverMode;
  readonly budget?: number;
  readonly windowMs?: number;
  readonly maxRate?: number;
  /** null: unlimited. */
  readonly rateLimit?: RateLimit | null;
  readonly messageBytes?: number;
  readonly clientPriority?: boolean;
  readonly patterns?: boolean;
}
