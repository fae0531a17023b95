import type { ApiInstance } from "../api-instance.ts";
import type { HttpPorts } from "../http-ports.ts";
import { answers } from "../operation.ts";
import { isForwarded } from "../this-machine.ts";

/** What the calls about the server itself work with. */
type ServerRoutePorts = Pick<HttpPorts, "info" | "metrics" | "addressOf">;

/** Tells about the server to who has the key. */
export function serverRoutes(api: ApiInstance, ports: ServerRoutePorts): void {
  const { info, metrics } = ports;
  api.get(
    "/info",
    {
      schema: {
        operationId: "readInfo",
        summary: "Read what runs here and how many are connected",
        tags: ["server"],
        response: answers(200, "Info"),
      },
    },
    (_request, reply) => reply.send(info()),
  );
  api.get(
    "/stats",
    {
      schema: {
        operationId: "readStats",
        summary: "Read the figures of the server as JSON",
        description:
          "The same as `/metrics`, for programs that do not read the Prometheus text format; cheap enough to be asked once a second.",
        tags: ["server"],
        response: answers(200, "Stats"),
      },
    },
    async () => ({ time: Date.now(), uptimeMs: info().uptimeMs, metrics: await metrics.figures() }),
  );
  callerRoute(api, ports);
}

/** Tells who calls, as limits and logs know them: so one finds out whether a proxy is believed. */
function callerRoute(api: ApiInstance, { addressOf }: Pick<HttpPorts, "addressOf">): void {
  const schema = {
    operationId: "readCaller",
    summary: "Read from which address this call comes, proxies seen through",
    tags: ["server"],
    response: answers(200, "Caller"),
  };
  api.get("/caller", { schema }, ({ raw }, reply) =>
    reply.send({
      address: addressOf(raw),
      peer: raw.socket.remoteAddress ?? "",
      forwarded: isForwarded(raw.headers),
    }),
  );
}
