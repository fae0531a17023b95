import type { ClientDoor } from "./client-doors.ts";
import type { ClientTransport } from "./client-transport.ts";
import { Commands, type CommandsOptions, type CommandsPorts } from "./commands.ts";
import { EventStreams, type EventStreamsOptions, type EventStreamsPorts } from "./event-streams.ts";
import { Polls, type PollsOptions, type PollsPorts } from "./polls.ts";
import {
  WebSocketTransport,
  type WebSocketTransportOptions,
  type WebSocketTransportPorts,
} from "./websocket-transport.ts";

/** What all transports together are told about limits and times. */
export type TransportOptions = WebSocketTransportOptions &
  EventStreamsOptions &
  PollsOptions &
  CommandsOptions;

/** What all transports together work with. */
export type TransportPorts = WebSocketTransportPorts & EventStreamsPorts & PollsPorts & CommandsPorts;

/** Every way for clients to reach their sessions. */
export interface SessionTransports {
  readonly webSockets: WebSocketTransport;
  readonly commands: Commands;
  readonly all: readonly ClientTransport[];
  /** Those that are reached by plain HTTP, by their paths. */
  readonly doors: ReadonlyMap<string, ClientDoor>;
}

/** Makes the transports. They differ in how bytes come and go, and share all the rest. */
export function openTransports(options: TransportOptions, ports: TransportPorts): SessionTransports {
  const webSockets = new WebSocketTransport(options, ports);
  const eventStreams = new EventStreams(options, ports);
  const polls = new Polls(options, ports);
  const commands = new Commands(options, ports);
  return {
    webSockets,
    commands,
    all: [webSockets, eventStreams, polls],
    doors: new Map<string, ClientDoor>([
      ["/events", eventStreams],
      ["/poll", polls],
      ["/command", commands],
    ]),
  };
}
