import type { FuzzTarget } from "../fuzz-target.ts";
import { channelPatterns } from "./channel-patterns.ts";
import { configuration } from "./configuration.ts";
import { deflate } from "./deflate.ts";
import { differential } from "./differential.ts";
import { frameParser } from "./frame-parser.ts";
import { handshake } from "./handshake.ts";
import { protocolDecoder } from "./protocol-decoder.ts";
import { rawTcpLines } from "./raw-tcp-lines.ts";

/** Everything that reads what strangers write. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  frameParser("server"),
  frameParser("client"),
  differential("server"),
  differential("client"),
  handshake,
  deflate,
  protocolDecoder,
  rawTcpLines,
  configuration,
  channelPatterns,
];
