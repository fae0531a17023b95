import { duration, section, text, texts } from "./setting.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** RFC 7518 §3.2: a key for HS256 has at least as many bits as its hash. */
const MIN_SECRET_BYTES = 32;

/** How clients prove who they are. Without secrets, keys and a key set there are no tokens. */
export const AUTH = section({
  secrets: texts("a text of at least 32 characters", isSecret, {
    default: [],
    description:
      "Secrets that tokens are signed with (HS256). With several, all are valid, so that one can be replaced. The variable holds one.",
    env: "TIDEWIRE_TOKEN_SECRET",
    oneInEnv: true,
    secret: true,
    live: true,
  }),
  keys: texts(
    "a public key as PEM or JWK, or the name of a file that holds one",
    (key) => key.trim() !== "",
    {
      default: [],
      description:
        "Public keys of tokens: RSA for RS256, P-256 for ES256, Ed25519 for EdDSA. With several, all are valid; a `kid` picks the JWK that has it. The variable holds one.",
      env: "TIDEWIRE_TOKEN_KEY",
      oneInEnv: true,
      secret: true,
      live: true,
    },
  ),
  jwks: section({
    url: text("a URL of http or https, or off", {
      default: "off",
      description: "Where an identity provider publishes its keys (JWKS). Needs `issuer` and `audience`.",
      env: "TIDEWIRE_JWKS_URL",
    }),
    cacheMs: duration(1000, DAY_MS, {
      default: "10m",
      description: "How long fetched keys are used before they are fetched again.",
    }),
    cooldownMs: duration(0, DAY_MS, {
      default: "30s",
      description: "Keys are not fetched more often, however many tokens have an unknown `kid`.",
    }),
    timeoutMs: duration(10, MINUTE_MS, {
      default: "5s",
      description: "How long fetching the keys may take.",
    }),
  }),
  issuer: text("the `iss` of every token, or off", {
    default: "off",
    description: "Who must have issued a token: its `iss`.",
    env: "TIDEWIRE_TOKEN_ISSUER",
    live: true,
  }),
  audience: text("one of the `aud` of every token, or off", {
    default: "off",
    description: "Whom a token must be meant for: one of its `aud`.",
    env: "TIDEWIRE_TOKEN_AUDIENCE",
    live: true,
  }),
  clockToleranceMs: duration(0, 10 * MINUTE_MS, {
    default: "5s",
    description: "How far the clocks of the server and of whoever issues tokens may differ.",
  }),
  refreshBeforeMs: duration(0, DAY_MS, {
    default: "60s",
    description:
      "How long before the end of its token a client is asked for a newer one; half of the token's time when that is shorter.",
  }),
});

function isSecret(text: string): boolean {
  return Buffer.byteLength(text) >= MIN_SECRET_BYTES;
}
