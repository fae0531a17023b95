import type { TestContext } from "node:test";
import { formatSinceList, type Since } from "@tidewire/protocol";
import { EventStreamClient } from "../support/event-stream-client.ts";
import type { FrameReader } from "../support/frame-reader.ts";
import { NativeClient } from "../support/native-client.ts";
import { PollClient } from "../support/poll-client.ts";
import { sendCommand } from "../support/send-command.ts";
import type { TestServer } from "../support/start-test-server.ts";

/** What a client asks for when it connects. */
interface Asked {
  readonly channels: Readonly<Record<string, Since | undefined>>;
  readonly user?: string;
  /** A session to continue. */
  readonly session?: string;
}

/** A client of any transport, as the contract needs it. */
interface TransportClient {
  readonly reader: FrameReader;
  /** Carries out a command and gives its answer. */
  readonly command: (command: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Takes nothing from the network until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Resolves when all that the client has sent is with the server. */
  readonly settled: () => Promise<unknown>;
  /** Goes away without a word. */
  readonly cut: () => void;
  /** Resolves when the server has let go of the client. */
  readonly ended: () => Promise<unknown>;
}

/** One way for clients to reach their session. */
export interface TransportUnderTest {
  readonly name: string;
  open(t: TestContext, server: TestServer, asked: Asked): Promise<TransportClient>;
}

export const WEB_SOCKET: TransportUnderTest = { name: "WebSocket", open: openWebSocket };
export const EVENT_STREAM: TransportUnderTest = { name: "server-sent events", open: openEventStream };
export const LONG_POLLING: TransportUnderTest = { name: "long polling", open: openPolls };

/** All that there are. */
export const TRANSPORTS: readonly TransportUnderTest[] = [WEB_SOCKET, EVENT_STREAM, LONG_POLLING];

async function openWebSocket(t: TestContext, server: TestServer, asked: Asked): Promise<TransportClient> {
  const client = await NativeClient.open(t, server);
  const { channels, user, session } = asked;
  const subscriptions = Object.fromEntries(
    Object.entries(channels).map(([channel, since]) => [channel, since === undefined ? {} : { since }]),
  );
  client.send({ type: "connect", user, session, subscriptions });
  let requests = 0;
  return {
    reader: client,
    async command(command) {
      requests += 1;
      const id = requests;
      client.send({ ...command, id });
      return client.until((push) => "id" in push && push.id === id, "the answer");
    },
    pause: () => client.socket.pause(),
    resume: () => client.socket.resume(),
    settled: () => client.settled(),
    cut: () => client.socket.terminate(),
    ended: () => client.closed,
  };
}

async function openEventStream(t: TestContext, server: TestServer, asked: Asked): Promise<TransportClient> {
  const session = asked.session === undefined ? {} : { "tidewire-session": asked.session };
  const client = await EventStreamClient.open(t, server, queryOf(asked), session);
  return {
    reader: client,
    command: commandsOf(server, client),
    pause: () => client.pause(),
    resume: () => client.resume(),
    settled: () => Promise.resolve(),
    cut: () => client.cut(),
    ended: () => client.ended(),
  };
}

async function openPolls(t: TestContext, server: TestServer, asked: Asked): Promise<TransportClient> {
  const session = asked.session === undefined ? "" : `&session=${asked.session}`;
  const client = PollClient.open(t, server, queryOf(asked) + session);
  return {
    reader: client,
    command: commandsOf(server, client),
    pause: () => client.pause(),
    resume: () => client.resume(),
    settled: () => client.settled(),
    cut: () => client.cut(),
    ended: () => client.ended(),
  };
}

function commandsOf(server: TestServer, { frames }: FrameReader): TransportClient["command"] {
  return async (command) => {
    const connected = frames.find((push) => push.type === "connected");
    if (connected?.type !== "connected") throw new Error("there is no session yet");
    return (await sendCommand(server, connected.session, command)).frame;
  };
}

function queryOf({ channels, user }: Asked): string {
  const query = new URLSearchParams(user === undefined ? {} : { user });
  for (const channel of Object.keys(channels)) query.append("channel", channel);
  query.set("since", formatSinceList(Object.values(channels)));
  return query.toString();
}
