import type { Verdict } from "../../core/control.ts";
import { readBan, readKick } from "../../core/ending-request.ts";
import type { Kicking } from "../../core/kick.ts";
import type { Exclusions } from "../../core/permissions.ts";
import type { Sessions } from "../../core/sessions.ts";
import type { ApiInstance } from "../api-instance.ts";
import { SUBSCRIPTION_PARAMS, USER_PARAMS } from "../api-parameters.ts";
import { connectionFields } from "../connection-fields.ts";
import { answers, BODY_REFUSALS } from "../operation.ts";

/** What the calls about users work with. */
export interface UserRoutePorts {
  readonly kicking: Kicking;
  readonly sessions: Sessions;
  readonly exclusions: Exclusions;
}

/** Looks up users, sends them away, keeps them out, and puts them into channels. */
export function userRoutes(api: ApiInstance, ports: UserRoutePorts): void {
  readUser(api, ports);
  disconnectUser(api, ports);
  banUser(api, ports);
  unbanUser(api, ports);
  subscribeUser(api, ports);
  unsubscribeUser(api, ports);
}

function readUser(api: ApiInstance, { sessions, exclusions }: UserRoutePorts): void {
  const schema = {
    operationId: "readUser",
    summary: "Read whether a user is online, on which connections, and banned or not",
    tags: ["users"],
    params: USER_PARAMS,
    response: answers(200, "User", ["invalid_field"]),
  };
  api.get("/users/:user", { schema }, (request, reply) => {
    const { user } = request.params;
    const connections = sessions.ofUser(user).map(connectionFields);
    const ban = exclusions.banOf(user);
    return reply.send({
      user,
      online: connections.some(({ online }) => online),
      connections,
      ...(ban === undefined ? {} : { ban: { reason: ban.reason, ...untilFields(ban) } }),
    });
  });
}

function disconnectUser(api: ApiInstance, { kicking }: UserRoutePorts): void {
  const schema = {
    operationId: "disconnectUser",
    summary: "End the sessions of a user, who is told why and does not come back by itself",
    tags: ["users"],
    params: USER_PARAMS,
    response: answers(200, "Disconnected", [...BODY_REFUSALS, "limit_exceeded", "not_available"]),
  };
  const config = { body: "NewKick", bodyIsOptional: true };
  api.post("/users/:user/disconnect", { config, schema }, async (request, reply) => {
    const { user } = request.params;
    const kick = readKick(request.body);
    if ("ok" in kick) return reply.refuse(kick);
    const kicked = await kicking.disconnectUser(user, kick.ending, kick.options);
    if (!kicked.ok) return reply.refuse(kicked);
    return reply.send({ user, connections: kicked.connections });
  });
}

function banUser(api: ApiInstance, { kicking, exclusions }: UserRoutePorts): void {
  const schema = {
    operationId: "banUser",
    summary: "Keep a user out for some time, and end the user's sessions",
    tags: ["users"],
    params: USER_PARAMS,
    response: answers(200, "Banned", [...BODY_REFUSALS, "limit_exceeded", "not_available"]),
  };
  const config = { body: "NewBan", bodyIsOptional: true };
  api.put("/users/:user/ban", { config, schema }, async (request, reply) => {
    const { user } = request.params;
    const ban = readBan(request.body);
    if ("ok" in ban) return reply.refuse(ban);
    const banned = await kicking.ban(user, ban.forMs, ban.ending);
    if (!banned.ok) return reply.refuse(banned);
    return reply.send({ user, ...untilFields(exclusions.banOf(user)), connections: banned.connections });
  });
}

function unbanUser(api: ApiInstance, { kicking }: UserRoutePorts): void {
  const schema = {
    operationId: "unbanUser",
    summary: "Lift a ban",
    tags: ["users"],
    params: USER_PARAMS,
    response: answers(200, "Unbanned", ["invalid_field", "not_available"]),
  };
  api.delete("/users/:user/ban", { schema }, async (request, reply) => {
    const { user } = request.params;
    const unbanned = await kicking.unban(user);
    if (!unbanned.ok) return reply.refuse(unbanned);
    return reply.send({ user, lifted: unbanned.lifted });
  });
}

function subscribeUser(api: ApiInstance, { kicking }: UserRoutePorts): void {
  const schema = {
    operationId: "subscribeUser",
    summary: "Subscribe a user's connections to a channel, as far as the rules let the user read it",
    tags: ["users"],
    params: SUBSCRIPTION_PARAMS,
    response: answers(200, "Subscriptions", ["invalid_field", "invalid_channel"]),
  };
  api.put("/users/:user/subscriptions/:channel", { schema }, (request, reply) => {
    const { user, channel } = request.params;
    const subscribed = kicking.subscribe(user, channel);
    if (!subscribed.ok) return reply.refuse(subscribed);
    return reply.send({ user, channel, connections: subscribed.sessions });
  });
}

/** Why a user was taken out of a channel. */
const REMOVED_REASON = "removed by the server";

function unsubscribeUser(api: ApiInstance, { kicking }: UserRoutePorts): void {
  const schema = {
    operationId: "unsubscribeUser",
    summary: "Take a user's connections out of a channel without closing them",
    tags: ["users"],
    params: SUBSCRIPTION_PARAMS,
    response: answers(200, "Subscriptions", ["invalid_field", "invalid_channel"]),
  };
  api.delete("/users/:user/subscriptions/:channel", { schema }, (request, reply) => {
    const { user, channel } = request.params;
    return reply.send({ user, channel, connections: kicking.unsubscribe(user, channel, REMOVED_REASON) });
  });
}

function untilFields(ban: Verdict | undefined): { readonly until?: number } {
  return ban === undefined || ban.untilMs === null ? {} : { until: ban.untilMs };
}
