// Prints the messages of a channel, one JSON line each, until it is stopped. Nothing is missed while the network is away.
//
//   node listen.mjs http://127.0.0.1:8080 news
import process from "node:process";
import { Tidewire } from "@tidewire/client";
import { WebSocket } from "ws";

const [url = "http://127.0.0.1:8080", channel = "news"] = process.argv.slice(2);
const client = new Tidewire(url, { webSocket: WebSocket, name: "listen-example" });
process.on("SIGTERM", () => client.close());
process.on("SIGINT", () => client.close());

const subscription = client.subscribe(channel, { since: { last: 10 } });
subscription.on("gap", ({ from, to }) => console.error(`messages ${from} to ${to} are gone`));
subscription.on("subscribed", () => console.error(`listening to ${channel}`));

for await (const { time, data } of subscription) {
  console.log(JSON.stringify({ at: new Date(time).toISOString(), data }));
}
