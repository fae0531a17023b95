import { setTimeout as wait } from "node:timers/promises";
import { compilePattern } from "@tidewire/protocol";
import type { Logger } from "./base/logger.ts";
import { randomId } from "./base/random-id.ts";
import { monotonicClock, systemClock } from "./base/system-clock.ts";
import type { Store } from "./broker/store.ts";
import { type EndpointConfig, endpointName } from "./config/backend-config.ts";
import type { Config } from "./config/config.ts";
import { type Happenings, toldTo } from "./core/happenings.ts";
import type { Hooks } from "./core/hooks.ts";
import type { Identify } from "./core/identity.ts";
import { askByHttp, type HookCallers } from "./hooks/ask/ask-by-http.ts";
import { askFunctions } from "./hooks/ask/ask-functions.ts";
import type { Asking } from "./hooks/ask/asking.ts";
import { backendHooks } from "./hooks/ask/backend-hooks.ts";
import { HookCaller, type HookName, type ObserveHook } from "./hooks/ask/hook-caller.ts";
import type { HookFunctions } from "./hooks/ask/hook-functions.ts";
import { askingIdentify } from "./hooks/ask/hook-identity.ts";
import { HttpPoster } from "./hooks/http-poster.ts";
import { Delivery, type ObserveWebhook } from "./hooks/tell/delivery.ts";
import { Endpoint } from "./hooks/tell/endpoint.ts";
import { Webhooks } from "./hooks/tell/webhooks.ts";

/** What the way to the backend is put together from. */
export interface BackendOptions {
  readonly config: Config;
  /** Hooks that are functions; they are asked in the place of those that have a URL. */
  readonly functions: HookFunctions;
  /** Told what happens, besides the endpoints of webhooks. */
  readonly listeners: Happenings | null;
  readonly store: Store;
  readonly logger: Logger;
  readonly observeHook: ObserveHook;
  readonly observeWebhook: ObserveWebhook;
}

/** How a hook is doing. */
interface HookState {
  readonly hook: HookName;
  /** Questions under way and waiting. */
  readonly pending: number;
  readonly isSuspended: boolean;
}

/** The way to the backend: what it is asked, and what it is told. */
export interface Backend {
  readonly hooks: Hooks;
  readonly happenings: Happenings;
  /** Who a client is, with the backend's say where there is a connect hook. `otherwise` is what says it without, by tokens or not. */
  identifying(otherwise: Identify, isByToken: boolean): Identify;
  hookStates(): readonly HookState[];
  /** Events that wait to be told. */
  webhooksWaiting(): number;
  /** How long the oldest event has waited that is being told; 0 while none is. */
  webhooksOldestMs(): number;
  /** Begins to tell what an earlier run left. */
  start(): void;
  /** To be called now and then, until the server stops. */
  tick(): void;
  /** Ends every call; what was not told waits in the store. */
  stop(): Promise<void>;
}

/** Connections to one host, idle ones included. */
const MAX_WEBHOOK_SOCKETS = 16;

/** Puts the way to the backend together. Nothing is sent yet. */
export function composeBackend(options: BackendOptions): Backend {
  const { config } = options;
  const posting = new HttpPoster(config.hooks.maxInFlight * 4);
  const telling = new HttpPoster(MAX_WEBHOOK_SOCKETS);
  const callers = composeCallers(options, posting);
  const names = config.webhooks.endpoints.map(endpointName);
  const forgotten = forgetOthers(names, options);
  const webhooks = composeWebhooks(options, telling);
  const asking = composeAsking(options, callers);
  const known = [callers.connect, callers.subscribe, callers.publish, callers.rpc];
  return {
    hooks: backendHooks(asking),
    happenings: toldTo([webhooks, options.listeners]),
    identifying: (otherwise, isByToken) =>
      asking.connect === null
        ? otherwise
        : askingIdentify(asking.connect, isByToken ? otherwise : null, systemClock),
    hookStates: () => known.flatMap((caller) => (caller === null ? [] : [stateOf(caller)])),
    webhooksWaiting: () => webhooks?.waiting ?? 0,
    webhooksOldestMs: () => webhooks?.waitedMs ?? 0,
    start: () => webhooks?.start(),
    tick: () => webhooks?.tick(),
    async stop() {
      posting.close();
      await Promise.all([webhooks?.stop(), forgotten]);
      telling.close();
    },
  };
}

function stateOf({ hook, pending, breaker }: HookCaller): HookState {
  return { hook, pending, isSuspended: breaker !== "closed" };
}

function composeCallers({ config, logger, observeHook }: BackendOptions, poster: HttpPoster): HookCallers {
  const { hooks } = config;
  const ports = {
    poster,
    clock: systemClock,
    steadyClock: monotonicClock,
    randomId,
    random: Math.random,
    logger,
    observe: observeHook,
  };
  const caller = (hook: HookName, repeatable: boolean): HookCaller | null => {
    const { url, timeoutMs } = hooks[hook];
    if (url === null) return null;
    const breaker = { maxFailures: hooks.breakerFailures, openMs: hooks.breakerOpenMs };
    return new HookCaller({ ...hooks, hook, url, timeoutMs, breaker, repeatable }, ports);
  };
  return {
    connect: caller("connect", true),
    subscribe: caller("subscribe", true),
    publish: caller("publish", false),
    rpc: caller("rpc", false),
  };
}

/** Each hook by its function where it has one, else by its URL. */
function composeAsking(
  { config, functions, logger, observeHook }: BackendOptions,
  callers: HookCallers,
): Asking {
  const { connect, subscribe, publish, rpc } = config.hooks;
  const timeoutMs = {
    connect: connect.timeoutMs,
    subscribe: subscribe.timeoutMs,
    publish: publish.timeoutMs,
    rpc: rpc.timeoutMs,
  };
  const ports = { timeoutMs, steadyClock: monotonicClock, logger, observe: observeHook };
  const byFunction = askFunctions(functions, ports);
  const byHttp = askByHttp(callers);
  return {
    connect: byFunction.connect ?? byHttp.connect,
    subscribe: byFunction.subscribe ?? byHttp.subscribe,
    publish: byFunction.publish ?? byHttp.publish,
    rpc: byFunction.rpc ?? byHttp.rpc,
  };
}

function composeWebhooks(options: BackendOptions, poster: HttpPoster): Webhooks | null {
  const { endpoints } = options.config.webhooks;
  if (endpoints.length === 0) return null;
  return new Webhooks(
    endpoints.map((endpoint) => composeEndpoint(endpoint, options, poster)),
    systemClock,
  );
}

function composeEndpoint(endpoint: EndpointConfig, options: BackendOptions, poster: HttpPoster): Endpoint {
  const { store, logger, observeWebhook: observe } = options;
  const { webhooks } = options.config;
  const name = endpointName(endpoint);
  const queue = store.queues.open(name);
  const delivery = new Delivery(
    { ...webhooks, url: endpoint.url, name },
    { queue, poster, clock: systemClock, random: Math.random, pause, logger, observe },
  );
  const patterns = endpoint.channels?.map(compilePattern) ?? null;
  return new Endpoint(
    {
      ...webhooks,
      name,
      wants: (event) => endpoint.events.includes(event),
      wantsChannel: (channel) => patterns === null || patterns.some((matches) => matches(channel)),
      maxQueueBytes: webhooks.queueBytes,
    },
    { queue, delivery, clock: systemClock, steadyClock: monotonicClock, randomId, logger, observe },
  );
}

/** Drops what waits for endpoints that are not configured any more: nobody would ever fetch it. What is not dropped now is at the next start. */
async function forgetOthers(names: readonly string[], { store, logger }: BackendOptions): Promise<void> {
  for (const endpoint of store.queues.names()) {
    if (names.includes(endpoint)) continue;
    const about = { event: "webhook.dropped", endpoint, problem: "it is not configured any more" } as const;
    logger.error(about, "the events for an endpoint are dropped");
    try {
      await store.queues.drop(endpoint);
    } catch (err) {
      logger.error({ event: "server.bug", err }, "a queue could not be dropped");
    }
  }
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(delayMs, undefined, { signal });
  } catch {
    // It was called off, which the signal says.
  }
}
