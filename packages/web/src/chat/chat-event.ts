import type { JsonValue, Member, Sender } from "@tidewire/protocol";

/** A message as it comes from a channel or from its history. */
export interface IncomingMessage {
  /** Both absent in channels without history. */
  readonly epoch?: string;
  readonly offset?: number;
  readonly id: string;
  readonly time: number;
  readonly from: Sender;
  readonly data: JsonValue;
  /** How many before this one did not come. */
  readonly dropped?: number;
}

/** What happens to the page's channels, in the order it happened. */
export type ChatEvent =
  /** The subscription stands; messages up to `head` are older than it. */
  | { readonly type: "entered"; readonly channel: string; readonly head: number }
  /** The subscription was refused or ended by the server. */
  | { readonly type: "refused"; readonly channel: string; readonly problem: string }
  | { readonly type: "message"; readonly channel: string; readonly message: IncomingMessage }
  | {
      readonly type: "gap";
      readonly channel: string;
      readonly epoch: string;
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly type: "presence";
      readonly channel: string;
      readonly members: readonly Member[];
      /** How many are there; more than `members` in a large room. */
      readonly count: number;
    }
  | { readonly type: "joined" | "left"; readonly channel: string; readonly members: readonly Member[] };
