import { channelName, keyRate, memberInfo, requestId, since, userId } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import {
  MAX_CLIENT_TEXT_LENGTH,
  MAX_DEVICE_LENGTH,
  MAX_SESSION_LENGTH,
  MAX_TOKEN_LENGTH,
} from "../../limits.ts";
import type { Since } from "../../position.ts";
import { boundedText, type ObjectSchema, object, oneOf, optional, record } from "../../schema.ts";

/** What a client program says about itself, for logs and statistics. */
export interface ClientProgram {
  readonly name: string;
  readonly version?: string;
}

/** One subscription asked for in `connect`. */
export interface SubscriptionRequest {
  readonly since?: Since;
  /** As in `subscribe`. */
  readonly maxRate?: number;
}

/** The first message: who I am, which session I continue, and all that I subscribe to. Answered by `connected`. */
export interface ConnectCommand {
  readonly type: "connect";
  readonly id?: number;
  readonly token?: string;
  /** The secret from an earlier `connected`; taking it over closes that connection with 4409. */
  readonly session?: string;
  /** Believed in open mode only. */
  readonly user?: string;
  /** Believed in open mode only. */
  readonly info?: JsonValue;
  /** The device, as the user's sessions are told apart. Believed in open mode only. */
  readonly device?: string;
  readonly client?: ClientProgram;
  /** By channel name. Each is answered by its own `subscribed` or `error`. */
  readonly subscriptions?: Readonly<Record<string, SubscriptionRequest>>;
}

export const connectCommand: ObjectSchema<ConnectCommand> = object<ConnectCommand>({
  type: oneOf("connect"),
  id: optional(requestId),
  token: optional(boundedText(1, MAX_TOKEN_LENGTH)),
  session: optional(boundedText(1, MAX_SESSION_LENGTH)),
  user: optional(userId),
  info: optional(memberInfo),
  device: optional(boundedText(1, MAX_DEVICE_LENGTH)),
  client: optional(
    object<ClientProgram>({
      name: boundedText(1, MAX_CLIENT_TEXT_LENGTH),
      version: optional(boundedText(1, MAX_CLIENT_TEXT_LENGTH)),
    }),
  ),
  subscriptions: optional(
    record(channelName, object<SubscriptionRequest>({ since: optional(since), maxRate: optional(keyRate) })),
  ),
});
