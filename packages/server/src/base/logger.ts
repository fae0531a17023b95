import type { LogEvent } from "./log-events.ts";

/**
 * What happened, as names and numbers.
 *
 * Never the contents of a message and never a secret: the session id is one, the connection id is not. An error goes into `err`.
 */
export interface LogFields {
  readonly event: LogEvent;
  readonly [name: string]: unknown;
}

/** Where the server tells what happens. Logging never throws and never waits. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
