import type { LOG_EVENTS, LogEvent } from "./log-events.ts";

type FieldsOf<Event extends LogEvent> = { readonly event: Event } & {
  readonly [Field in (typeof LOG_EVENTS)[Event]["fields"][number]]?: unknown;
};

/**
 * What happened, as names and numbers: an event and fields that the table lists for it.
 *
 * Never the contents of a message and never a secret: the session id is one, the connection id is not. An error goes into `err`.
 */
export type LogFields = { readonly [Event in LogEvent]: FieldsOf<Event> }[LogEvent];

/** Where the server tells what happens. Logging never throws and never waits. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
