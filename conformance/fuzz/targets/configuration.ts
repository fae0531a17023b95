import assert from "node:assert/strict";
import { ConfigError } from "../../../packages/server/src/config/config.ts";
import { parseConfigFile } from "../../../packages/server/src/config/config-file.ts";
import { resolveConfig } from "../../../packages/server/src/config/resolve.ts";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

/** Every file is either a configuration or refused with mistakes that say something. */
export const configuration: FuzzTarget = {
  name: "configuration",
  files: ["/server/src/config/"],
  seeds: texts(
    "host: 127.0.0.1\nport: 8080\n",
    'channels: [{ match: "chat.**", history: { messages: 1000, ttl: 24h, bytes: 16MB } }]\n',
    'channels:\n  - match: "stock.*"\n    history: off\n    publish: server\n    rateLimit: { count: 10, per: 1s }\n',
    "limits:\n  maxMessageBytes: 64KB\n  handshakesPerAddress: { count: 10, per: 1s }\n",
    "log: { level: debug, dir: ./logs }\nsessions: { maxPerUser: 1, whenExceeded: reject-new }\n",
    'auth:\n  keys: [{ alg: HS256, secret: "0123456789abcdef0123456789abcdef" }]\n',
    '{"port": 0, "channels": []}',
    "hooks:\n  connect: { url: http://127.0.0.1:9000/hook }\n",
  ),
  tokens: texts(
    "channels:",
    "match:",
    '"**"',
    "history: off",
    "- ",
    "\n  ",
    "24h",
    "16MB",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "? ",
    "1e9",
    "__proto__: ",
    "|\n",
    "{",
    "}",
  ),
  maxBytes: 500,
  run(input) {
    try {
      resolveConfig({ file: parseConfigFile("tidewire.yaml", Buffer.from(input).toString()) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      assert.ok(error.mistakes.length > 0, "a file is refused without a mistake");
      for (const { message } of error.mistakes) assert.ok(message.length > 3, "a mistake says nothing");
    }
  },
};
