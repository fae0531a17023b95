import type { Server } from "node:http";
import type { AnyChannels, ChannelMap } from "@tidewire/protocol";
import { type HostLogger, toHostLogger } from "../base/host-logger.ts";
import { VERSION } from "../base/version.ts";
import { resolveConfig } from "../config/resolve.ts";
import { composeDoors } from "../doors.ts";
import type { HookFunctions } from "../hooks/ask/hook-functions.ts";
import { type OpenedServer, openServer } from "../open-server.ts";
import { ApiGrant } from "../policy/api-grant.ts";
import { readBasePath } from "./base-path.ts";
import { EmbeddedDoors } from "./embedded-doors.ts";
import { EventListeners } from "./listeners.ts";
import { Tidewire } from "./tidewire.ts";

/** How a Tidewire is put into a program. */
export interface CreateOptions {
  /** Attaches to it at once; it may listen already, or later. */
  readonly server?: Server | undefined;
  /** The path that everything is below: `/tidewire` unless given. Clients connect to `/tidewire/connect`. */
  readonly basePath?: string | undefined;
  /** What the configuration file would hold; docs/config.md explains each setting. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Decides, in the place of a backend that is asked by HTTP. */
  readonly hooks?: HookFunctions | undefined;
  /** Takes what Tidewire logs; without it Tidewire writes its own log, as `settings.log` says. */
  readonly logger?: HostLogger | undefined;
}

const DEFAULT_BASE_PATH = "/tidewire";

/**
 * Starts a Tidewire inside this program: the same server that `tidewire serve` starts, behind the program's own HTTP server.
 *
 * `Channels` declares what each channel carries, as in the SDK: `createTidewire<{ "chat.*": ChatMessage }>(…)`. Neither the environment nor a file
 * is read. Rejects with a ConfigError for settings that must not be used, with a BasePathError, and with what the store and the log folder say
 * when they cannot be used. Nothing is left open then.
 */
export async function createTidewire<Channels extends ChannelMap = AnyChannels>(
  options: CreateOptions = {},
): Promise<Tidewire<Channels>> {
  const { server, settings, hooks, logger } = options;
  const basePath = readBasePath(options.basePath ?? DEFAULT_BASE_PATH);
  const loaded = resolveConfig({ settings });
  let reportFailure = (_event: string, _error: unknown): void => {};
  const listeners = new EventListeners((name, error) => reportFailure(name, error));
  const host = {
    listeners,
    ...(hooks === undefined ? {} : { functions: hooks }),
    ...(logger === undefined ? {} : { logger: toHostLogger(logger) }),
  };
  const tidewire = await openServer(loaded, host, async (opened) => {
    reportFailure = (name, err) =>
      opened.logger.error({ event: "listener.failed", name, err }, "a listener of the program failed");
    const doors = new EmbeddedDoors(await composeDoors({ ...opened.forDoors, pair: null, isEmbedded: true }));
    opened.life.start(doors);
    tellStart(opened, basePath);
    const caller = new ApiGrant({ name: "program", scopes: ["admin"], channels: null });
    return new Tidewire<Channels>({ basePath, opened, doors, listeners, caller });
  });
  if (server !== undefined) tidewire.attach(server);
  return tidewire;
}

function tellStart({ config, mode, logger }: OpenedServer, path: string): void {
  const { engine, insecure } = config.values;
  const about = { path, engine, mode, pid: process.pid, version: VERSION };
  logger.info({ event: "server.embedded", ...about }, "ready");
  if (mode === "open")
    logger.warn(
      { event: "server.open_mode", insecure },
      "everybody who reaches this server may read and write",
    );
}
