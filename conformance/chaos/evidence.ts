import type { Keeping } from "./channels.ts";

/** A message as the history API shows it at the end. */
export interface Stored {
  readonly epoch: string;
  readonly offset: number;
  readonly id: string;
  readonly intact: boolean;
}

/** What a channel holds at the end of a run. */
export interface ChannelEvidence {
  readonly name: string;
  readonly keeping: Keeping;
  /** All that is stored, in the order of the history API. */
  readonly history: readonly Stored[];
  readonly head: { readonly epoch: string; readonly offset: number };
}

/** One publish that a publisher decided on, whatever became of it. */
export interface Sent {
  readonly channel: string;
  readonly id: string;
}

/** One answer to one try; a message may have been tried, and answered, several times. */
export interface Acknowledged {
  readonly channel: string;
  readonly id: string;
  readonly epoch: string;
  readonly offset: number;
  readonly duplicate: boolean;
}

export interface PublisherEvidence {
  readonly name: string;
  /** Whether it made sure that no message overtakes an earlier one of the same channel. */
  readonly keepsOrder: boolean;
  /** In the order of the decisions. */
  readonly sent: readonly Sent[];
  readonly acknowledged: readonly Acknowledged[];
  /** Answers that were neither an acknowledgement nor an invitation to try again. */
  readonly refusals: readonly string[];
}

/** Where a subscription was asked to start: after a position, at the oldest message, or (null) now. */
export type Asked = { readonly epoch: string; readonly offset: number } | "earliest" | null;

/** What a subscriber heard about one channel, one frame each. */
export type Heard =
  | {
      readonly kind: "subscribed";
      readonly asked: Asked;
      readonly epoch: string;
      readonly offset: number;
      readonly recovered: boolean;
    }
  | {
      readonly kind: "message";
      readonly epoch: string;
      readonly offset: number;
      readonly id: string;
      readonly intact: boolean;
    }
  | {
      readonly kind: "gap";
      readonly epoch: string;
      readonly from: number | null;
      readonly to: number | null;
      readonly reason: string;
    }
  | { readonly kind: "position"; readonly epoch: string; readonly offset: number };

export interface SubscriberEvidence {
  readonly name: string;
  /** By channel, in the order of arrival over all of its connections. */
  readonly heard: ReadonlyMap<string, readonly Heard[]>;
  readonly connections: number;
  /** Errors of the server, and frames that mean nothing. */
  readonly complaints: readonly string[];
}

/** How far a user said to have read, as the server had confirmed it, and what the server says at the end. */
export interface CursorEvidence {
  readonly user: string;
  readonly channel: string;
  readonly confirmed: number;
  readonly found: number | null;
}

/** Everything that a run leaves for the verifier. */
export interface Evidence {
  readonly channels: readonly ChannelEvidence[];
  readonly publishers: readonly PublisherEvidence[];
  readonly subscribers: readonly SubscriberEvidence[];
  readonly cursors: readonly CursorEvidence[];
  /** What the servers logged as errors. */
  readonly serverErrors: readonly string[];
}
