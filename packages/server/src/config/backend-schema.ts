import { patternProblem } from "@tidewire/protocol";
import Type from "typebox";
import { isWebhookSecret } from "../base/webhook-signature.ts";
import { annotated, bytes, duration, integer, section, text, texts } from "./setting.ts";
import { choosesEvents } from "./webhook-events.ts";

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const YEAR_MS = 365 * 24 * HOUR_MS;
const GB = 1024 ** 3;

const A_URL = "an http or https URL without a user name";

/** A user name and a password in a URL would reach logs; the signature says who asks. */
function isBackendUrl(url: string): boolean {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return false;
  const { username, password, hash } = new URL(url);
  return username === "" && password === "" && hash === "";
}

function secrets(variable: string, description: string) {
  return texts("whsec_ and 24 to 64 bytes in base64", isWebhookSecret, {
    default: [],
    description,
    env: variable,
    secret: true,
  });
}

function hook(about: string) {
  return section({
    url: Type.Refine(
      text(`${A_URL}, or off`, { default: "off", description: `Where the backend is asked ${about}.` }),
      (url) => url === "off" || isBackendUrl(url),
      () => "",
    ),
    timeoutMs: duration(10, HOUR_MS, {
      default: "3s",
      description: "How long it may take until the answer is there, waiting and a retry included.",
    }),
  });
}

/** The section about the backend's being asked. */
export const HOOKS = section({
  connect: hook("who a client is, and whether it may connect"),
  subscribe: hook("whether a client may subscribe, on channels whose rule says `subscribe: hook`"),
  publish: hook("whether and what a client may publish, on channels whose rule says `publish: hook`"),
  rpc: hook("for the answer to a client's `rpc`"),
  secrets: secrets(
    "TIDEWIRE_HOOK_SECRET",
    "What the questions are signed with. With several, each question has a signature for each.",
  ),
  maxInFlight: integer(1, 10_000, {
    default: 64,
    description: "Questions to one hook at the same time.",
  }),
  maxWaiting: integer(0, 1_000_000, {
    default: 1024,
    description: "Questions to one hook that may wait for their turn; further ones are refused at once.",
  }),
  maxAnswerBytes: bytes(128, GB / 4, { default: "256KB", description: "The longest answer." }),
  breakerFailures: integer(1, 1_000_000, {
    default: 5,
    description: "After so many failures in a row a hook is not asked for a while.",
  }),
  breakerOpenMs: duration(10, HOUR_MS, {
    default: "5s",
    description: "How long it is not asked. Then one question goes out to see whether it is back.",
  }),
});

const CHANNEL_PATTERN = Type.Refine(
  Type.String(annotated({ description: "" }, 'a channel pattern in quotes, such as "chat.**"')),
  (pattern) => patternProblem(pattern) === undefined,
  (pattern) => patternProblem(pattern) ?? "",
);

/** One backend that is told what happens. */
export const ENDPOINT_SCHEMA = section({
  url: Type.Refine(
    Type.String(annotated({ description: "Where the events are posted to." }, A_URL)),
    isBackendUrl,
    () => "",
  ),
  events: Type.Optional(
    texts('an event, a group such as "member.*", or "*"', choosesEvents, {
      description: "The events it hears of; all of them, if nothing is said.",
    }),
  ),
  channels: Type.Optional(
    Type.Array(
      CHANNEL_PATTERN,
      annotated(
        { description: "The channels whose events it hears of; all of them, if nothing is said." },
        "a list of channel patterns",
      ),
    ),
  ),
});

/** The section about the backend's being told. */
export const WEBHOOKS = section({
  endpoints: Type.Array(ENDPOINT_SCHEMA, {
    default: [],
    ...annotated({ default: [], description: "Who is told what happens." }, "a list of endpoints"),
  }),
  secrets: secrets(
    "TIDEWIRE_WEBHOOK_SECRET",
    "What the events are signed with. With several, each batch has a signature for each.",
  ),
  timeoutMs: duration(10, HOUR_MS, {
    default: "10s",
    description: "How long a backend may take to accept a batch.",
  }),
  batchEvents: integer(1, 10_000, { default: 100, description: "The most events in one request." }),
  graceMs: duration(0, HOUR_MS, {
    default: "5s",
    description:
      "How long `channel.vacated`, `member.left` and `user.offline` are held back. What returns meanwhile is told neither as gone nor as back.",
  }),
  restartGraceMs: duration(0, HOUR_MS, {
    default: "30s",
    description: "The same after a start of the server, for what had been told before it.",
  }),
  maxAgeMs: duration(SECOND_MS, YEAR_MS, {
    default: "24h",
    description: "How long an event that cannot be delivered is kept.",
  }),
  queueBytes: bytes(1024, 1024 * GB, {
    default: "64MB",
    description: "What may wait for one endpoint.",
  }),
});
