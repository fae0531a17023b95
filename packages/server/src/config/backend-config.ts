import type { WebhookEvent } from "./webhook-events.ts";

/** Where one hook is, and how long it may take. */
export interface HookConfig {
  /** null: it is not asked. */
  readonly url: string | null;
  readonly timeoutMs: number;
}

/** How the backend is asked. */
export interface HooksConfig {
  readonly connect: HookConfig;
  readonly subscribe: HookConfig;
  readonly publish: HookConfig;
  readonly rpc: HookConfig;
  /** What the questions are signed with, as Standard Webhooks writes secrets. */
  readonly secrets: readonly string[];
  readonly maxInFlight: number;
  readonly maxWaiting: number;
  readonly maxAnswerBytes: number;
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
}

/** One backend that is told what happens. */
export interface EndpointConfig {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Patterns; null: all channels. */
  readonly channels: readonly string[] | null;
}

/** How backends are told what happens. */
export interface WebhooksConfig {
  readonly endpoints: readonly EndpointConfig[];
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly batchEvents: number;
  /** How long ends are held back. */
  readonly graceMs: number;
  readonly restartGraceMs: number;
  readonly maxAgeMs: number;
  /** What may wait for one endpoint. */
  readonly queueBytes: number;
}

/** How logs and the store name an endpoint: its URL without the query, in which people keep secrets. */
export function endpointName({ url }: Pick<EndpointConfig, "url">): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
