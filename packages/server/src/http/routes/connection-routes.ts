import type { Logger } from "../../base/logger.ts";
import { readEnding } from "../../core/ending-request.ts";
import type { Hub } from "../../core/hub.ts";
import type { Kicking } from "../../core/kick.ts";
import { refuse } from "../../core/refusal.ts";
import type { Session } from "../../core/session.ts";
import type { Sessions } from "../../core/sessions.ts";
import type { ApiInstance } from "../api-instance.ts";
import { CONNECTION_PARAMS, CONNECTIONS_QUERY, ENDING_QUERY } from "../api-schemas.ts";
import { connectionFields } from "../connection-fields.ts";
import { answers } from "../operation.ts";
import { pageOfSessions } from "../session-page.ts";

/** What the calls about connections work with. */
export interface ConnectionRoutePorts {
  readonly kicking: Kicking;
  readonly sessions: Sessions;
  readonly hub: Hub;
  readonly logger: Logger;
}

/** Lists connections and closes single ones. */
export function connectionRoutes(api: ApiInstance, ports: ConnectionRoutePorts): void {
  const { kicking, sessions, hub, logger } = ports;

  api.get(
    "/connections",
    {
      schema: {
        operationId: "listConnections",
        summary: "List connections in the order in which they connected",
        description: "With `user` those of one user, with `channel` those that are subscribed to it.",
        tags: ["connections"],
        querystring: CONNECTIONS_QUERY,
        response: answers(200, "ConnectionList", ["invalid_field", "invalid_channel"]),
      },
    },
    (request, reply) => {
      const { user, channel, cursor, limit = 100 } = request.query;
      const those = user === undefined ? among(sessions, hub, channel) : sessions.ofUser(user);
      const page = pageOfSessions(inChannel(those, channel), cursor, limit);
      if (page === null)
        return reply.refuse(refuse("invalid_field", "cursor: is not one that this call gave"));
      return reply.send({
        connections: page.sessions.map(connectionFields),
        ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
      });
    },
  );

  api.delete(
    "/connections/:connection",
    {
      schema: {
        operationId: "closeConnection",
        summary: "End one connection's session; its client is told why and does not come back by itself",
        tags: ["connections"],
        params: CONNECTION_PARAMS,
        querystring: ENDING_QUERY,
        response: answers(200, "ClosedConnection", ["invalid_field", "not_found"]),
      },
    },
    (request, reply) => {
      const { connection } = request.params;
      const ending = readEnding(request.query);
      if ("ok" in ending) return reply.refuse(ending);
      if (!kicking.disconnectConnection(connection, ending)) {
        return reply.refuse(refuse("not_found", "No connection has this id."));
      }
      const { code, reason } = ending;
      logger.info({ event: "user.kicked", connection, code, reason, connections: 1 }, "connection closed");
      return reply.send({ connection });
    },
  );
}

/** All sessions, or where a channel is asked for, those that its own list of subscribers names. */
function among(sessions: Sessions, hub: Hub, channel: string | undefined): Iterable<Session> {
  if (channel === undefined) return sessions.all();
  return [...(hub.get(channel)?.subscriptions() ?? [])].map(({ session }) => session);
}

function inChannel(sessions: Iterable<Session>, channel: string | undefined): Iterable<Session> {
  if (channel === undefined) return sessions;
  return [...sessions].filter((session) => session.subscriptions.has(channel));
}
