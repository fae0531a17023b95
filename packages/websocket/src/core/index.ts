export {
  checkHandshakeAnswer,
  clientHandshakeHeaders,
  type ClientHandshake,
  type ClientHandshakeResult,
} from "./client-handshake.ts";
export {
  CloseCode,
  encodeClosePayload,
  isCloseCodeOnWire,
  MAX_CLOSE_REASON_BYTES,
  parseClosePayload,
  type ClosePayload,
} from "./close-code.ts";
export {
  negotiateDeflate,
  parseDeflateParameters,
  PERMESSAGE_DEFLATE,
  SMALLEST_DEFLATE_WINDOW_BITS,
  type DeflateAgreement,
  type DeflateAnswer,
  type DeflateParameters,
  type DeflatePolicy,
} from "./deflate-negotiation.ts";
export {
  encodeCloseFrame,
  encodeFrame,
  frameHeaderBytes,
  writeFrameHeader,
  type FrameFlags,
} from "./frame-encoder.ts";
export { FrameParser, type FrameSink, type Role } from "./frame-parser.ts";
export {
  acceptKey,
  answerHandshake,
  type HandshakeAccepted,
  type HandshakePolicy,
  type HandshakeRefused,
  type HandshakeRequest,
  type HeaderField,
} from "./handshake.ts";
export { parseExtensions, type ExtensionOffer } from "./header-tokens.ts";
export { LIFECYCLE, type LifecycleEvent, type Phase, type Transition } from "./lifecycle.ts";
export { applyMask } from "./masking.ts";
export {
  MessageParser,
  type InboundCompression,
  type MessageLimits,
  type MessageSink,
} from "./message-parser.ts";
export { MAX_CONTROL_PAYLOAD_BYTES, Opcode, opcodeOf } from "./opcode.ts";
export { decodeUtf8, encodeUtf8, UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from "./utf8.ts";
