import Type, { type StaticDecode } from "typebox";
import { parseIpRange } from "../base/ip-range.ts";
import { isOriginPattern } from "../base/origin-pattern.ts";
import { API_KEYS } from "./api-key-setting.ts";
import { AUTH } from "./auth-schema.ts";
import { HOOKS, WEBHOOKS } from "./backend-schema.ts";
import { RULE_SCHEMA } from "./rule-schema.ts";
import {
  ANY_NUMBER,
  annotated,
  bytes,
  choice,
  duration,
  flag,
  integer,
  limit,
  limitedDuration,
  rate,
  section,
  text,
  texts,
} from "./setting.ts";

/** Longer time-outs overflow the timers of Node, which then fire at once. */
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const PB = 1024 ** 5;

/** A message becomes one string, and V8's strings end at 512 MB. */
const LARGEST_TEXT = GB / 4;

const ORIGIN =
  "an origin such as https://example.com without a path, a pattern such as https://*.example.com or http://localhost:*, null for local files, or *";

const LISTEN = section({
  host: text("a host name or an IP address", {
    default: "127.0.0.1",
    description: "The address to listen on. Without authentication only a loopback address is accepted.",
    flag: "--host",
    argument: "address",
    env: "TIDEWIRE_HOST",
  }),
  port: integer(0, 65_535, {
    default: 8080,
    description: "The port to listen on; 0 lets the system choose one.",
    flag: "--port",
    argument: "number",
    env: "TIDEWIRE_PORT",
  }),
  backlog: integer(1, 65_535, {
    default: 511,
    description: "Connections that the system keeps waiting until the server accepts them.",
  }),
});

const LOG = section({
  level: choice(["debug", "info", "warn", "error", "silent"], {
    default: "info",
    description: "How much is logged. Each level includes those after it.",
    flag: "--log-level",
    argument: "level",
    env: "TIDEWIRE_LOG_LEVEL",
  }),
  dir: text("a folder, or off", {
    default: "off",
    description: "A folder for log files, made when it is missing; `off` logs to standard output alone.",
    flag: "--log-dir",
    argument: "folder",
    env: "TIDEWIRE_LOG_DIR",
  }),
  maxFileBytes: bytes(1024, GB, {
    default: "16MB",
    description: "A log file that has grown to this size is followed by the next one.",
  }),
  maxFiles: integer(1, 10_000, {
    default: 10,
    description: "Log files kept, the current one included. The oldest is deleted.",
  }),
});

const SESSIONS = section({
  pingIntervalMs: duration(10, DAY_MS, {
    default: "25s",
    description: "How often a connection is pinged.",
  }),
  stallTimeoutMs: duration(10, DAY_MS, {
    default: "60s",
    description:
      "A connection that neither sent nor took a byte for so long is closed. Must be longer than a ping interval.",
  }),
  graceMs: duration(0, DAY_MS, {
    default: "10s",
    description: "How long a session, and its place in presence, outlives its connection.",
  }),
  connectTimeoutMs: duration(10, DAY_MS, {
    default: "10s",
    description: "How long a new connection may stay silent before it is closed.",
  }),
  maxSubscriptions: integer(1, ANY_NUMBER, {
    default: 200,
    description: "Channels that one session may be subscribed to. A pattern counts as one.",
    live: true,
  }),
  maxPatternChannels: integer(1, ANY_NUMBER, {
    default: 1000,
    description: "Channels that the patterns of one session may bring, all of them together.",
    live: true,
  }),
  maxPerUser: limit(1, {
    default: "off",
    description: "Sessions that one user may have at a time. With 1, an account is signed in on one device.",
    live: true,
  }),
  whenExceeded: choice(["disconnect-oldest", "reject-new"], {
    default: "disconnect-oldest",
    description:
      "What happens to a sign-in beyond `maxPerUser`: `disconnect-oldest` sends the oldest session away, `reject-new` refuses the new one.",
    live: true,
  }),
  maxPendingCommands: integer(1, ANY_NUMBER, {
    default: 256,
    description: "Commands of one connection that may wait for an answer before reading from it pauses.",
  }),
});

const LIMITS = section({
  maxMessageBytes: bytes(128, LARGEST_TEXT, {
    default: "64KB",
    description: "The longest message from a client, and the longest `data` of a publish.",
  }),
  outboxBytes: bytes(1024, GB, {
    default: "256KB",
    description:
      "What may wait for one connection before it is served from the streams instead of from memory.",
  }),
  maxConnections: limit(1, {
    default: "off",
    description: "Open connections, all together.",
    live: true,
  }),
  connectionsPerAddress: limit(1, {
    default: 10_000,
    description:
      "Open connections of one IPv4 address or one IPv6 network of 64 bits. A proxy in front belongs into `trustedProxies`, so that its clients are counted.",
    live: true,
  }),
  handshakesPerAddress: rate("count", {
    default: "200/s",
    description: "New connections of one address, counted like the open ones.",
    live: true,
  }),
  countLoopback: flag({
    default: false,
    description: "Whether the limits per address hold for this machine's own addresses, too.",
  }),
  messagesPerConnection: rate("count", {
    default: "5000/5s",
    description: "Commands of one session. Polls count, too.",
    live: true,
  }),
  messagesPerUser: rate("count", {
    default: "20000/10s",
    description: "Commands of all sessions of one user.",
    live: true,
  }),
  bytesPerConnection: rate("bytes", {
    default: "16MB/2s",
    description: "What the commands of one session have in bytes, uncompressed.",
    live: true,
  }),
  bytesPerUser: rate("bytes", {
    default: "32MB/2s",
    description: "The same for all sessions of one user.",
    live: true,
  }),
  bandwidthPerConnection: rate("bytes", {
    default: "off",
    description:
      "What one connection is sent. What has no room waits in the streams, and the channels of a connection take turns. New connections get a changed value.",
    live: true,
  }),
  requestsPerKey: rate("count", {
    default: "100000/10s",
    description: "Requests over HTTP and lines over raw TCP with one API key. A batch counts as one.",
    live: true,
  }),
  overloadDelayMs: limitedDuration(10, DAY_MS, {
    default: "250ms",
    description:
      "The server has too much to do when turns of its event loop take longer than this for half a second. Then it refuses a part of the new connections and publishes.",
    live: true,
  }),
  overloadPublishes: limit(1, {
    default: 50_000,
    description: "The same when so many publishes wait for the store.",
    live: true,
  }),
  maxChannels: limit(1, {
    default: 1_000_000,
    description: "Channels held on this node that clients may still add to by subscribing.",
    live: true,
  }),
  presenceMembers: limit(1, {
    default: 1_000_000,
    description: "Sessions that one channel with presence may have.",
    live: true,
  }),
  maxHandshakes: integer(1, ANY_NUMBER, {
    default: 10_000,
    description: "Connections that have not finished their handshake, all together.",
  }),
  handshakeTimeoutMs: duration(10, DAY_MS, {
    default: "10s",
    description: "How long a handshake or the head of a request may take.",
  }),
  lineBytes: bytes(1024, LARGEST_TEXT, {
    default: "256KB",
    description: "The longest line over raw TCP.",
  }),
  headerBytes: bytes(1024, MB, {
    default: "16KB",
    description: "The longest head of a request, its address included.",
  }),
  bodyTimeoutMs: duration(10, DAY_MS, {
    default: "60s",
    description:
      "How long a request may take until its body has arrived. Not less than `handshakeTimeoutMs`.",
  }),
  bodyBytes: bytes(1024, LARGEST_TEXT, {
    default: "1MB",
    description: "The longest body of an HTTP request.",
  }),
  batchMessages: integer(1, ANY_NUMBER, {
    default: 1000,
    description: "The most messages of one batch publish.",
  }),
});

/**
 * The configuration file: every key, what it accepts, its default and what it is for.
 *
 * The defaults stand in the form of the file, so the reference can show them as they would be written.
 */
export const CONFIG_SCHEMA = section({
  listen: LISTEN,
  data: text("a folder", {
    default: "./data",
    description: "The folder of everything that must survive a restart: streams, keys, cursors.",
    flag: "--data",
    argument: "folder",
    env: "TIDEWIRE_DATA",
  }),
  engine: choice(["lmdb", "memory"], {
    default: "lmdb",
    description: "What keeps the streams: `lmdb` on disk, `memory` until the server stops.",
    flag: "--engine",
    argument: "name",
    env: "TIDEWIRE_ENGINE",
  }),
  apiKeys: API_KEYS,
  auth: AUTH,
  insecure: flag({
    default: false,
    description: "Lifts the restrictions of open mode: any address, any host name, any origin, proxies.",
    flag: "--insecure",
    env: "TIDEWIRE_INSECURE",
  }),
  origins: texts(ORIGIN, isOriginPattern, {
    default: [],
    description: "An origin whose pages may use this server, besides its own; the flag may be repeated.",
    flag: "--allow-origin",
    argument: "origin",
    env: "TIDEWIRE_ALLOW_ORIGIN",
    live: true,
  }),
  cors: section({
    origins: texts(ORIGIN, isOriginPattern, {
      default: [],
      description: "Origins whose pages may call the API, for those that can keep a key. None unless asked.",
      live: true,
    }),
  }),
  trustedProxies: texts(
    "an IP address or a network such as 10.0.0.0/8",
    (text) => parseIpRange(text) !== undefined,
    {
      default: [],
      description:
        "Proxies in front that say whom they speak for. What anybody else says about that is not believed.",
    },
  ),
  forwardedHeader: choice(["x-forwarded-for", "forwarded"], {
    default: "x-forwarded-for",
    description:
      "The header in which the trusted proxies say it. The other one is not read, since clients can write what the proxies do not.",
  }),
  demos: flag({
    default: true,
    description:
      "The demo pages, the rules for their channels (see built-in rules), and one session for each user `demo.kick.…`.",
  }),
  log: LOG,
  metrics: section({
    access: choice(["local", "key", "anyone"], {
      default: "local",
      description:
        "Who may read `/metrics`: `local` is this machine without a key and others with one, `key` is only who has a key with the scope `read`.",
    }),
  }),
  ready: section({
    minFreeBytes: bytes(0, PB, {
      default: "64MB",
      description:
        "With less than this free on the disk of `data`, `/ready` answers 503. Below 16 MB nothing is stored.",
    }),
    maxDelayMs: duration(10, DAY_MS, {
      default: "2s",
      description:
        "When the event loop was stalled for longer in the last ten seconds, `/ready` answers 503.",
    }),
  }),
  tracing: flag({
    default: false,
    description: "Whether publishes over HTTP are traced with OpenTelemetry.",
    flag: "--tracing",
    env: "TIDEWIRE_TRACING",
  }),
  channels: Type.Array(RULE_SCHEMA, {
    default: [],
    ...annotated(
      { default: [], description: "The rules for channels, in order.", live: true },
      "a list of rules",
    ),
  }),
  sessions: SESSIONS,
  limits: LIMITS,
  tls: section({
    cert: text("a file, or off", {
      default: "off",
      description:
        "The certificate and those up to its authority, as PEM. With it, every door speaks TLS. Read again when the file changes.",
      flag: "--tls-cert",
      argument: "file",
      env: "TIDEWIRE_TLS_CERT",
    }),
    key: text("a file, or off", {
      default: "off",
      description: "The certificate's key, as PEM without a passphrase.",
      flag: "--tls-key",
      argument: "file",
      env: "TIDEWIRE_TLS_KEY",
    }),
    checkMs: duration(10, DAY_MS, {
      default: "10s",
      description: "How often the files are looked at.",
    }),
    redirectPort: limit(0, {
      default: "off",
      description:
        "A second port, usually 80, that sends pages on to TLS. The main port does so as well, when it is asked without TLS.",
    }),
    hstsMs: limitedDuration(0, 10 * YEAR_MS, {
      default: "off",
      description:
        "How long browsers remember to come with TLS only (`Strict-Transport-Security`). Nothing takes it back before that time.",
    }),
  }),
  rawTcp: section({
    remote: flag({
      default: false,
      description:
        "Whether other machines may push over raw TCP without TLS, where the key crosses the network in clear text.",
    }),
  }),
  dedupe: section({
    keepMs: duration(1, YEAR_MS, {
      default: "7d",
      description: "How long the message id that a publisher chose is remembered.",
    }),
    maxIds: integer(1, ANY_NUMBER, {
      default: 100_000,
      description: "Message ids remembered per channel.",
    }),
  }),
  hooks: HOOKS,
  webhooks: WEBHOOKS,
  drainMs: duration(0, DAY_MS, {
    default: "5s",
    description: "How long a stopping server waits for what is on its way.",
  }),
  deflate: flag({
    default: true,
    description:
      "Whether WebSocket messages are compressed (permessage-deflate) for clients that ask for it.",
  }),
});

/** A checked file with every default filled in. */
export type CompleteFile = StaticDecode<typeof CONFIG_SCHEMA>;
