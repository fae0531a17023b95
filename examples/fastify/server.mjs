// A Fastify program whose prices move on every screen. Tidewire writes to Fastify's log, and ends with it.
//
//   npm install && npm start        and in a browser's console:
//   new WebSocket("ws://127.0.0.1:3000/tidewire/connect?channels=price.tea").onmessage = (event) => console.log(event.data);

import fastify from "fastify";
import { createTidewire } from "tidewire";

const app = fastify({ logger: true });

const tidewire = await createTidewire({ server: app.server, logger: app.log });
app.addHook("preClose", () => tidewire.close());

/** @type {import("fastify").RouteHandler<{ Params: { good: string } }>} */
const setPrice = async (request, reply) => {
  const { good } = request.params;
  const { subscribers } = await tidewire.publish(`price.${good}`, request.body, { key: good });
  return reply.code(201).send({ subscribers });
};
app.put("/prices/:good", setPrice);

const url = await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) });
console.log(`listening on ${url}`);

process.once("SIGTERM", () => void app.close());
