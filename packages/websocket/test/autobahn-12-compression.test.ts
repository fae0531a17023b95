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

for (const [i, data] of COMPRESSION_DATA.entries()) {
  testCompression(() => server, { id: `12.${i + 1}`, data, offers: ["permessage-deflate"] });
}
