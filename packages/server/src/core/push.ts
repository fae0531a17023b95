import type { DeliverMode } from "../config/channel-options.ts";
import type { Refusal } from "./refusal.ts";
import type { Head, GapReason } from "./streams.ts";

/** Somebody present in a channel. `infoJson` is the JSON text of what they showed of themselves. */
export interface Member {
  readonly user: string | null;
  readonly connection: string;
  readonly infoJson: string | null;
}

/** The number a client gave its request, so that it finds the reply; null where it gave none. */
export type RequestId = number | null;

/**
 * What the core tells a session, besides messages; a wire format turns it into bytes.
 *
 * `head` is null on channels without history.
 */
export type Push =
  | {
      readonly kind: "connected";
      readonly request: RequestId;
      readonly connection: string;
      readonly session: string;
      readonly user: string | null;
      readonly timeMs: number;
    }
  | {
      readonly kind: "subscribed";
      readonly request: RequestId;
      readonly channel: string;
      readonly head: Head | null;
      /** Of a pattern: where its channels without a position start next time; null for a channel. */
      readonly timeMs: number | null;
      readonly recovered: boolean;
      readonly unread: number | null;
      readonly deliver: DeliverMode;
      /** The rate in force; null where there is none. */
      readonly maxRate: number | null;
    }
  | {
      readonly kind: "rate";
      readonly request: RequestId;
      readonly channel: string;
      /** The rate in force; null: the channel delivers everything. */
      readonly maxRate: number | null;
    }
  | {
      readonly kind: "gap";
      readonly channel: string;
      readonly epoch: string;
      /** null: it cannot be known what the first lost offset was. */
      readonly from: number | null;
      readonly to: number;
      readonly reason: GapReason;
    }
  | { readonly kind: "position"; readonly channel: string; readonly epoch: string; readonly offset: number }
  | { readonly kind: "join" | "leave"; readonly channel: string; readonly members: readonly Member[] }
  | {
      readonly kind: "presence";
      readonly request: RequestId;
      readonly channel: string;
      readonly members: readonly Member[];
      /** How many are present, where `members` is only some of them; null: it is everybody. */
      readonly count: number | null;
    }
  | {
      readonly kind: "unsubscribed";
      readonly request: RequestId;
      readonly channel: string;
      readonly reason: string | null;
    }
  | {
      readonly kind: "acked";
      readonly request: RequestId;
      readonly channel: string;
      readonly offset: number;
      readonly unread: number;
    }
  | { readonly kind: "refresh"; readonly expiresInMs: number }
  | {
      readonly kind: "error";
      readonly request: RequestId;
      readonly channel: string | null;
      readonly refusal: Refusal;
    }
  | {
      readonly kind: "disconnect";
      readonly code: number;
      readonly reason: string;
      readonly retryAfterMs: number;
    };
