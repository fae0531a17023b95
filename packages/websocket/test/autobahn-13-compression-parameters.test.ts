import { after, before } from "node:test";
import { testCompression } from "./support/compression-case.ts";
import { COMPRESSION_DATA } from "./support/compression-data.ts";
import { type EchoServer, startEchoServer } from "./support/echo-server.ts";

let server: EchoServer;
before(async () => {
  server = await startEchoServer({
    maxMessageBytes: 1024 * 1024,
    deflate: { thresholdBytes: 0, serverNoContextTakeover: false, clientNoContextTakeover: false },
  });
});
after(() => server.stop());

/** An offer as Autobahn makes it: it always lets the server choose the client's parameters. */
function offer(...demands: string[]): string {
  return ["permessage-deflate", ...demands, "client_no_context_takeover", "client_max_window_bits"].join(
    "; ",
  );
}

const ALONE = "server_no_context_takeover";
const window = (bits: number): string => `server_max_window_bits=${bits}`;

const OFFERS = [
  [offer()],
  [offer(ALONE)],
  [offer(window(9))],
  [offer(window(15))],
  [offer(ALONE, window(9))],
  [offer(ALONE, window(15))],
  [offer(ALONE, window(9)), offer(ALONE), offer()],
  // Older lists ask for the smallest window.
  [offer(window(8))],
  [offer(ALONE, window(8)), offer(ALONE), offer()],
];

const [json] = COMPRESSION_DATA.filter(({ name }) => name === "JSON");
if (json === undefined) throw new Error("the JSON data is missing");
for (const [i, offers] of OFFERS.entries()) {
  testCompression(() => server, { id: `13.${i + 1}`, data: json, offers });
}
