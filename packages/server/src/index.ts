/** Tidewire as a library: the same server that `tidewire serve` starts, inside a Node program. */
export type { HostLogger } from "./base/host-logger.ts";
export { type Config, ConfigError, type LoadedConfig } from "./config/config.ts";
export { type ConfigInput, resolveConfig } from "./config/resolve.ts";
export type { HookFunctions } from "./hooks/ask/hook-functions.ts";
export { BasePathError } from "./library/base-path.ts";
export { createTidewire, type CreateOptions } from "./library/create-tidewire.ts";
export type { TidewireEvents } from "./library/events.ts";
export type {
  BanOptions,
  DisconnectOptions,
  FetchOptions,
  Published,
  PublishOptions,
  Tidewire,
} from "./library/tidewire.ts";
export { TidewireError } from "./library/tidewire-error.ts";
export { type RunningServer, StartError, startServer } from "./server.ts";
