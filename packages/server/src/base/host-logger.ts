import type { OpenLogger } from "./create-logger.ts";
import type { LogFields } from "./logger.ts";
import { redact } from "./redact.ts";

/** A log of the program that the server is a part of, such as pino, Fastify's `log` or `console`. */
export interface HostLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Sends what the server logs there, without secrets. The log stays open: it is not the server's. */
export function toHostLogger(host: HostLogger): OpenLogger {
  const log = (level: keyof HostLogger) => (fields: LogFields, message: string) => {
    host[level](redact(fields), message);
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    close: () => Promise.resolve(),
  };
}
