import { bindProblem } from "./access-mode.ts";
import type { Config } from "./config.ts";

/** Says which values do not go together, one sentence each. */
export function conflictsIn(config: Config): readonly string[] {
  const { apiKeys, sessions, limits } = config;
  const conflicts: string[] = [];
  if (sessions.stallTimeoutMs <= sessions.pingIntervalMs) {
    conflicts.push(
      "sessions.stallTimeoutMs must be longer than sessions.pingIntervalMs, or connections are closed before they can answer a ping.",
    );
  }
  for (const [name, bytes] of [
    ["limits.lineBytes", limits.lineBytes],
    ["limits.bodyBytes", limits.bodyBytes],
  ] as const) {
    if (bytes < limits.maxMessageBytes) {
      conflicts.push(
        `${name} must be at least limits.maxMessageBytes, or the longest messages cannot be published.`,
      );
    }
  }
  if (hasRepeats(apiKeys.map(({ name }) => name)))
    conflicts.push("apiKeys must have a name of its own for each key.");
  if (hasRepeats(apiKeys.map(({ key }) => key)))
    conflicts.push("apiKeys has one key twice. List each key once.");
  const bind = bindProblem(config);
  return bind === undefined ? conflicts : [...conflicts, bind];
}

function hasRepeats(texts: readonly string[]): boolean {
  return new Set(texts).size < texts.length;
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
  if (config.origins.includes("*") && config.origins.length > 1) {
    doubts.push("origins has * beside other entries, which then change nothing.");
  }
  return doubts;
}
