import { channelOrPattern, keyRate, memberInfo, requestId, subscribeSince, userId } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import {
  MAX_CLIENT_TEXT_LENGTH,
  MAX_DEVICE_LENGTH,
  MAX_SESSION_LENGTH,
  MAX_TOKEN_LENGTH,
} from "../../limits.ts";
import { isPattern } from "../../pattern.ts";
import type { SubscribeSince } from "../../position.ts";
import { boundedText, type ObjectSchema, object, oneOf, optional, Problem, record } from "../../schema.ts";
import { sinceProblem } from "../since-problem.ts";

/** What a client program says about itself, for logs and statistics. */
export interface ClientProgram {
  readonly name: string;
  readonly version?: string;
}

/** One subscription asked for in `connect`. */
export interface SubscriptionRequest {
  readonly since?: SubscribeSince;
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
  /** By channel name or pattern. Each is answered by its own `subscribed` or `error`. */
  readonly subscriptions?: Readonly<Record<string, SubscriptionRequest>>;
}

const fields: ObjectSchema<ConnectCommand> = object<ConnectCommand>({
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
    record(
      channelOrPattern,
      object<SubscriptionRequest>({ since: optional(subscribeSince), maxRate: optional(keyRate) }),
    ),
  ),
});

export const connectCommand: ObjectSchema<ConnectCommand> = {
  ...fields,
  read(value) {
    const command = fields.read(value);
    if (command instanceof Problem) return command;
    for (const [channel, { since }] of Object.entries(command.subscriptions ?? {})) {
      const problem = sinceProblem(isPattern(channel), false, since);
      if (problem !== undefined) return problem.within(`subscriptions.${channel}`);
    }
    return command;
  },
};
