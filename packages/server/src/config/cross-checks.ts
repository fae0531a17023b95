import { isLoopbackAddress } from "../base/address.ts";
import { bindProblem } from "./access-mode.ts";
import type { ConfigProblem } from "./check.ts";
import { endpointName } from "./backend-config.ts";
import type { Config } from "./config.ts";

/** Says which values do not go together. */
export function conflictsIn(config: Config): readonly ConfigProblem[] {
  const { apiKeys, sessions, limits, tls, auth } = config;
  const conflicts: ConfigProblem[] = [];
  const conflict = (path: string, message: string) => conflicts.push({ path, message: `${path} ${message}` });
  if (sessions.stallTimeoutMs <= sessions.pingIntervalMs) {
    conflict(
      "sessions.stallTimeoutMs",
      "must be longer than sessions.pingIntervalMs, or connections are closed before they can answer a ping.",
    );
  }
  for (const name of ["lineBytes", "bodyBytes"] as const) {
    if (limits[name] >= limits.maxMessageBytes) continue;
    conflict(
      `limits.${name}`,
      "must be at least limits.maxMessageBytes, or the longest messages cannot be published.",
    );
  }
  if (hasRepeats(apiKeys.map(({ name }) => name)))
    conflict("apiKeys", "must have a name of its own for each key.");
  if (hasRepeats(apiKeys.map(({ key }) => key)))
    conflict("apiKeys", "has one key twice. List each key once.");
  conflicts.push(...conflictsInAuth(auth));
  if ((tls.cert === null) !== (tls.key === null)) {
    conflict(tls.cert === null ? "tls.key" : "tls.cert", "needs the other one of tls.cert and tls.key.");
  }
  if (tls.cert === null && (tls.redirectPort !== null || tls.hstsMs !== null)) {
    conflict(tls.hstsMs === null ? "tls.redirectPort" : "tls.hstsMs", "needs tls.cert and tls.key.");
  }
  const names = config.webhooks.endpoints.map(endpointName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    conflict(
      "webhooks.endpoints",
      `has ${twice} twice. Give each endpoint a path of its own: the query does not count.`,
    );
  }
  const bind = bindProblem(config);
  return bind === undefined ? conflicts : [...conflicts, { path: "listen.host", message: bind }];
}

function hasRepeats(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
}

/** What keys that somebody else publishes need beside them. */
function conflictsInAuth({ jwks, issuer, audience }: Config["auth"]): readonly ConfigProblem[] {
  if (jwks.url === null) return [];
  const path = "auth.jwks.url";
  const conflicts: ConfigProblem[] = [];
  if (!/^https?:$/.test(URL.canParse(jwks.url) ? new URL(jwks.url).protocol : "")) {
    conflicts.push({ path, message: `${path} must be a URL of http or https, or off.` });
  }
  for (const [name, value] of [
    ["auth.issuer", issuer],
    ["auth.audience", audience],
  ] as const) {
    if (value !== null) continue;
    const why = "the provider signs tokens for others with the same keys, and those must not count here.";
    conflicts.push({ path, message: `${path} needs ${name}: ${why}` });
  }
  return conflicts;
}

const SHORT_KEY = 16;

/** Says what can be used and is probably not meant, one sentence each. */
export function doubtsIn(config: Config): readonly string[] {
  const doubts: string[] = [];
  if (config.apiKeys.some(({ key }) => key.length < SHORT_KEY)) {
    doubts.push(
      `apiKeys has a key of less than ${SHORT_KEY} characters, which can be guessed. Make it longer.`,
    );
  }
  for (const [path, list] of [
    ["origins", config.origins],
    ["cors.origins", config.cors.origins],
  ] as const) {
    if (!list.includes("*") || list.length === 1) continue;
    doubts.push(`${path} has * beside other entries, which then change nothing.`);
  }
  if (config.auth.jwks.url !== null && isOnTheNetworkInClearText(config.auth.jwks.url)) {
    doubts.push(
      "auth.jwks.url fetches keys over http: whoever can change them on the way can issue tokens. Use https.",
    );
  }
  return [...doubts, ...backendDoubts(config)];
}

function isOnTheNetworkInClearText(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === "http:" && hostname !== "localhost" && !isLoopbackAddress(hostname.replace(/^\[|\]$/g, ""))
  );
}

function backendDoubts({ channels, hooks, webhooks }: Config): readonly string[] {
  const doubts: string[] = [];
  for (const what of ["subscribe", "publish"] as const) {
    const rule = channels.find((one) => one[what] === "hook");
    if (rule !== undefined && hooks[what].url === null) {
      doubts.push(
        `The rule for ${rule.match} says ${what}: hook, and hooks.${what}.url is not set, so that nobody may.`,
      );
    }
  }
  const asks = [hooks.connect, hooks.subscribe, hooks.publish, hooks.rpc].some(({ url }) => url !== null);
  if (asks && hooks.secrets.length === 0) doubts.push(unsigned("hooks.secrets"));
  if (webhooks.endpoints.length > 0 && webhooks.secrets.length === 0)
    doubts.push(unsigned("webhooks.secrets"));
  return doubts;
}

function unsigned(setting: string): string {
  return `${setting} is empty, so the backend cannot tell this server's requests from anybody else's.`;
}
