import { readEnding } from "../../core/ending-request.ts";
import type { Hub } from "../../core/hub.ts";
import type { Kicking } from "../../core/kick.ts";
import { refuse } from "../../core/refusal.ts";
import type { Session } from "../../core/session.ts";
import type { Sessions } from "../../core/sessions.ts";
import type { ApiInstance } from "../api-instance.ts";
import {
  CONNECTION_PARAMS,
  CONNECTIONS_QUERY,
  DEFAULT_PAGE,
  ENDING_QUERY,
  FOREIGN_CURSOR,
} from "../api-parameters.ts";
import { connectionFields } from "../connection-fields.ts";
import { answers } from "../operation.ts";
import { pageOfSessions } from "../session-page.ts";

/** What the calls about connections work with. */
export interface ConnectionRoutePorts {
  readonly kicking: Kicking;
  readonly sessions: Sessions;
  readonly hub: Hub;
}

/** Lists connections and closes single ones. */
export function connectionRoutes(api: ApiInstance, ports: ConnectionRoutePorts): void {
  listConnections(api, ports);
  closeConnection(api, ports);
}

function listConnections(api: ApiInstance, { sessions, hub }: ConnectionRoutePorts): void {
  const schema = {
    operationId: "listConnections",
    summary: "List connections in the order in which they connected",
    description: "With `user` those of one user, with `channel` those that are subscribed to it.",
    tags: ["connections"],
    querystring: CONNECTIONS_QUERY,
    response: answers(200, "ConnectionList", ["invalid_field", "invalid_channel"]),
  };
  api.get("/connections", { schema }, (request, reply) => {
    const { user, channel, cursor, limit = DEFAULT_PAGE } = request.query;
    const page = pageOfSessions(wanted(sessions, hub, user, channel), cursor, limit);
    if (page === null) return reply.refuse(refuse("invalid_field", FOREIGN_CURSOR));
    return reply.send({
      connections: page.sessions.map(connectionFields),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    });
  });
}

function closeConnection(api: ApiInstance, { kicking }: ConnectionRoutePorts): void {
  const schema = {
    operationId: "closeConnection",
    summary: "End one connection's session; its client is told why and does not come back by itself",
    tags: ["connections"],
    params: CONNECTION_PARAMS,
    querystring: ENDING_QUERY,
    response: answers(200, "ClosedConnection", ["invalid_field", "not_found", "not_available"]),
  };
  api.delete("/connections/:connection", { schema }, async (request, reply) => {
    const { connection } = request.params;
    const ending = readEnding(request.query);
    if ("ok" in ending) return reply.refuse(ending);
    const kicked = await kicking.disconnectConnection(connection, ending);
    if (!kicked.ok) return reply.refuse(kicked);
    return reply.send({ connection });
  });
}

function wanted(
  sessions: Sessions,
  hub: Hub,
  user: string | undefined,
  channel: string | undefined,
): Iterable<Session> {
  if (user !== undefined) {
    return sessions.ofUser(user).filter((one) => channel === undefined || one.subscriptions.has(channel));
  }
  if (channel === undefined) return sessions.all();
  return [...(hub.get(channel)?.subscriptions() ?? [])].flatMap(
    ({ session }) => sessions.byConnection(session.connection) ?? [],
  );
}
