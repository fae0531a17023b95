import { patternProblem } from "@tidewire/protocol";
import Type, { type StaticDecode } from "typebox";
import type { HistoryOptions } from "./channel-options.ts";
import type { ChannelRule } from "./channel-rule.ts";
import { annotated, bytes, choice, duration, flag, integer, number, section } from "./setting.ts";

const AUDIENCES = ["anyone", "users", "token", "hook", "server", "nobody"] as const;

const DAY_MS = 86_400_000;
const TEN_YEARS_MS = 3650 * DAY_MS;
const GB = 1024 ** 3;

const PATTERN = Type.Refine(
  Type.String(
    annotated({ description: "The channels it is for." }, 'a channel pattern in quotes, such as "chat.**"'),
  ),
  (pattern) => patternProblem(pattern) === undefined,
  (pattern) => patternProblem(pattern) ?? "",
);

const HISTORY_SECTION = section({
  messages: Type.Optional(integer(1, 10_000_000, { description: "Messages kept." })),
  ttl: Type.Optional(duration(1, TEN_YEARS_MS, { description: "How long a message is kept." })),
  bytes: Type.Optional(bytes(1, 1024 * GB, { description: "Bytes of messages kept." })),
  durable: Type.Optional(
    Type.Union(
      [Type.Literal("disk"), Type.Literal("process"), Type.Literal(false)],
      annotated(
        {
          description:
            "When a publish is acknowledged: `disk` once it is flushed, `process` once it survives a crash of the server, `false` once it is in memory.",
        },
        "disk, process or false",
      ),
    ),
  ),
});

const HISTORY = Type.Union(
  [Type.Enum(["on", "off"]), HISTORY_SECTION],
  annotated(
    { description: "`off`: nothing is kept, and nobody catches up. Nested keys override singly." },
    "on, off, or a section with messages, ttl, bytes and durable",
  ),
);

const RATE_SECTION = section({
  count: integer(1, 1_000_000, { description: "Publishes in that time, all at once if they like." }),
  per: duration(1, DAY_MS, { description: "The time in which they are counted." }),
});

const RATE_LIMIT = Type.Union(
  [Type.Literal("off"), RATE_SECTION],
  annotated(
    { description: "Publishes of one session on the channel." },
    "off, or a section such as { count: 10, per: 1s }",
  ),
);

/** One rule as the file holds it. */
export const RULE_SCHEMA = section({
  match: PATTERN,
  history: Type.Optional(HISTORY),
  presence: Type.Optional(flag({ description: "Whether the channel tells who is there." })),
  presenceList: Type.Optional(
    integer(0, 10_000, {
      description:
        "Up to so many members, everybody is told who is there and who comes and leaves. A larger room is told how many there are, with some of them.",
    }),
  ),
  subscribe: Type.Optional(choice(AUDIENCES, { description: "Who receives it." })),
  publish: Type.Optional(choice(AUDIENCES, { description: "Who may publish to it." })),
  deliver: Type.Optional(
    choice(["all", "latest", "budget"], {
      description:
        "`all`: every message, in order. `latest`: the newest of each key, `maxRate` times a second. `budget`: at most `budget` messages per second, chosen fairly.",
    }),
  ),
  maxRate: Type.Optional(
    number(0.01, 100, {
      description: "With `deliver: latest`, how often per second a subscriber gets a key's value (10).",
    }),
  ),
  budget: Type.Optional(
    integer(1, 1000, {
      description: "With `deliver: budget`, how many messages per second a subscriber gets (20).",
    }),
  ),
  window: Type.Optional(
    duration(0, 10_000, {
      description:
        "What is published within this time leaves in one write. Without it only what is published at the same moment does; `budget` then takes 200 ms.",
    }),
  ),
  rateLimit: Type.Optional(RATE_LIMIT),
  messageSize: Type.Optional(bytes(1, GB / 4, { description: "The longest `data`, as JSON text." })),
  clientPriority: Type.Optional(
    flag({ description: "Whether a client may mark its messages with `priority: high`." }),
  ),
  patterns: Type.Optional(
    flag({ description: "Whether clients may subscribe to it by a pattern, such as `stock.*`." }),
  ),
});

type FileRule = StaticDecode<typeof RULE_SCHEMA>;

/** Takes a checked rule of the file over into the form that the server uses. */
export function toChannelRule(rule: FileRule): ChannelRule {
  const { match, history, window, rateLimit, messageSize, ...rest } = rule;
  return {
    ...rest,
    match,
    ...(history !== undefined && { history: toHistory(history) }),
    ...(window !== undefined && { windowMs: window }),
    ...(rateLimit !== undefined && {
      rateLimit: rateLimit === "off" ? null : { count: rateLimit.count, perMs: rateLimit.per },
    }),
    ...(messageSize !== undefined && { messageBytes: messageSize }),
  };
}

function toHistory(history: NonNullable<FileRule["history"]>): "off" | Partial<HistoryOptions> {
  if (history === "off") return "off";
  if (history === "on") return {};
  const { ttl, ...rest } = history;
  return { ...rest, ...(ttl !== undefined && { ttlMs: ttl }) };
}
