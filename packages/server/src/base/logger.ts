/** Names and numbers that describe an event; never the contents of a message, and never a secret. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where the server tells what happens.
 *
 * `fields.event` is a name of the table LOG_EVENTS. An error goes into `fields.err`. Logging never throws and never waits.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
