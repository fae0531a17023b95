/** Tidewire as a library: the same server that `tidewire serve` starts, inside a Node program. */
export { type ConfigInput, resolveConfig } from "./config/resolve.ts";
export { type Config, ConfigError, type LoadedConfig } from "./config/config.ts";
export { type RunningServer, StartError, startServer } from "./server.ts";
