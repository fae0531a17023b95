import type { Logger } from "../../base/logger.ts";
import { readBan, readEnding } from "../../core/ending-request.ts";
import type { Kicking } from "../../core/kick.ts";
import type { Sessions } from "../../core/sessions.ts";
import type { Ban } from "../../policy/bans.ts";
import type { ApiInstance } from "../api-instance.ts";
import { SUBSCRIPTION_PARAMS, USER_PARAMS } from "../api-schemas.ts";
import { connectionFields } from "../connection-fields.ts";
import { answers } from "../operation.ts";

/** What the calls about users work with. */
export interface UserRoutePorts {
  readonly kicking: Kicking;
  readonly sessions: Sessions;
  readonly bans: { find(user: string): Ban | undefined };
  readonly logger: Logger;
}

/** Why a user was taken out of a channel, unless a rule or the user did it. */
const REMOVED_REASON = "removed by the server";

/** Looks up users, sends them away, keeps them out, and puts them into channels. */
export function userRoutes(api: ApiInstance, { kicking, sessions, bans, logger }: UserRoutePorts): void {
  api.get(
    "/users/:user",
    {
      schema: {
        operationId: "readUser",
        summary: "Read whether a user is online, on which connections, and banned or not",
        tags: ["users"],
        params: USER_PARAMS,
        response: answers(200, "User", ["invalid_field"]),
      },
    },
    (request, reply) => {
      const { user } = request.params;
      const connections = sessions.ofUser(user).map(connectionFields);
      const ban = bans.find(user);
      return reply.send({
        user,
        online: connections.some(({ online }) => online),
        connections,
        ...(ban === undefined ? {} : { ban: { reason: ban.reason, ...untilFields(ban) } }),
      });
    },
  );

  api.post(
    "/users/:user/disconnect",
    {
      config: { body: "NewEnding", bodyIsOptional: true },
      schema: {
        operationId: "disconnectUser",
        summary: "End all sessions of a user, who is told why and does not come back by itself",
        tags: ["users"],
        params: USER_PARAMS,
        response: answers(200, "Disconnected", ["invalid_field", "unsupported_media_type"]),
      },
    },
    (request, reply) => {
      const { user } = request.params;
      const ending = readEnding(request.body);
      if ("ok" in ending) return reply.refuse(ending);
      const connections = kicking.disconnectUser(user, ending);
      const { code, reason } = ending;
      logger.info({ event: "user.kicked", user, code, reason, connections }, "user kicked");
      return reply.send({ user, connections });
    },
  );

  api.put(
    "/users/:user/ban",
    {
      config: { body: "NewBan", bodyIsOptional: true },
      schema: {
        operationId: "banUser",
        summary: "Keep a user out for some time, and end the user's sessions",
        tags: ["users"],
        params: USER_PARAMS,
        response: answers(200, "Banned", ["invalid_field", "limit_exceeded", "unsupported_media_type"]),
      },
    },
    (request, reply) => {
      const { user } = request.params;
      const ban = readBan(request.body);
      if ("ok" in ban) return reply.refuse(ban);
      const banned = kicking.ban(user, ban.forMs, ban.ending);
      if (!banned.ok) return reply.refuse(banned);
      const until = untilFields(bans.find(user));
      const { reason } = ban.ending;
      logger.info({ event: "user.banned", user, untilMs: until.until, reason }, "user banned");
      return reply.send({ user, ...until, connections: banned.connections });
    },
  );

  api.delete(
    "/users/:user/ban",
    {
      schema: {
        operationId: "unbanUser",
        summary: "Lift a ban",
        tags: ["users"],
        params: USER_PARAMS,
        response: answers(200, "Unbanned", ["invalid_field"]),
      },
    },
    (request, reply) => {
      const { user } = request.params;
      const lifted = kicking.unban(user);
      if (lifted) logger.info({ event: "user.unbanned", user }, "ban lifted");
      return reply.send({ user, lifted });
    },
  );

  api.put(
    "/users/:user/subscriptions/:channel",
    {
      schema: {
        operationId: "subscribeUser",
        summary: "Subscribe a user's connections to a channel, as far as the rules let the user read it",
        tags: ["users"],
        params: SUBSCRIPTION_PARAMS,
        response: answers(200, "Subscriptions", ["invalid_field", "invalid_channel"]),
      },
    },
    (request, reply) => {
      const { user, channel } = request.params;
      const subscribed = kicking.subscribe(user, channel);
      if (!subscribed.ok) return reply.refuse(subscribed);
      return reply.send({ user, channel, connections: subscribed.sessions });
    },
  );

  api.delete(
    "/users/:user/subscriptions/:channel",
    {
      schema: {
        operationId: "unsubscribeUser",
        summary: "Take a user's connections out of a channel without closing them",
        tags: ["users"],
        params: SUBSCRIPTION_PARAMS,
        response: answers(200, "Subscriptions", ["invalid_field", "invalid_channel"]),
      },
    },
    (request, reply) => {
      const { user, channel } = request.params;
      const connections = kicking.unsubscribe(user, channel, REMOVED_REASON);
      return reply.send({ user, channel, connections });
    },
  );
}

function untilFields(ban: Ban | undefined): { readonly until?: number } {
  return ban === undefined || ban.untilMs === null ? {} : { until: ban.untilMs };
}
