import { inboxOf, patternProblem } from "@tidewire/protocol";
import { EventStreamClient } from "../../../packages/server/test/support/event-stream-client.ts";
import type { FrameReader } from "../../../packages/server/test/support/frame-reader.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { poll } from "../../../packages/server/test/support/poll-client.ts";
import { sendCommand } from "../../../packages/server/test/support/send-command.ts";
import { tokenOf } from "../../../packages/server/test/support/tokens.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";

/** Whoever says a name is believed in open mode, so the attackers here are others, and nobody. */
export const foreignInbox: Attack = inboxAttack({
  name: "foreign inboxes",
  target: "open",
  attackers: "another user and nobody",
  queries: () => ["user=mallory", ""],
});

/** Tokens that ask for too much. */
export const grantedInbox: Attack = inboxAttack({
  name: "foreign inboxes by grants",
  target: "authenticated",
  attackers:
    "a user whose token grants every pattern that could mean the inbox (`**`, `@*`, `@**`, its name, names that look like it)",
  queries: (victim) => [
    `token=${tokenOf({ sub: "mallory", channels: grantsFor(victim) })}`,
    `token=${tokenOf({ channels: grantsFor(victim) })}`,
    "",
  ],
});

/** Grants of everything that a token may name. */
function grantsFor(victim: string): Readonly<Record<string, readonly string[]>> {
  const patterns = ["**", "@*", "@**", ...namesFor(victim)].filter(
    (pattern) => patternProblem(pattern) === undefined,
  );
  return { subscribe: patterns, publish: ["**"] };
}

interface InboxAttack extends Pick<Attack, "name" | "target"> {
  readonly attackers: string;
  /** What the attackers say of themselves in the URL. */
  readonly queries: (victim: string) => readonly string[];
}

/** Reading and writing what is for somebody else. */
function inboxAttack({ name, target, attackers, queries }: InboxAttack): Attack {
  return {
    name,
    target,
    tried: `subscribe, history, presence, acknowledge and publish, in \`connect\` and the URL, by WebSocket, \`/events\`, \`/poll\` and \`/command\`, on another user's inbox and 14 names that look like it, as ${attackers}`,
    defence: "each is refused; nothing of the inbox is seen; nothing gets in",
    async run(arena) {
      const victim = `ada-${Math.random().toString(36).slice(2)}`;
      const secret = `for-${victim}-only`;
      await arena.server.call("POST", `/api/users/${victim}/messages`, { data: secret });
      for (const query of queries(victim)) {
        await tryCommands(arena, query, victim, secret);
        await tryConnecting(arena, query, victim, secret);
        await tryStreams(arena, query, victim, secret);
      }
      const inbox = await arena.server.call("GET", `/api/channels/${inboxOf(victim)}/messages`);
      arena.expect(!JSON.stringify(inbox).includes("from mallory"), "somebody wrote into the inbox");
      return arena.outcomes();
    },
  };
}

/** The inbox by its name, and by what a careless comparison takes for it. */
export function namesFor(user: string): readonly string[] {
  const encoded = `=${user.charCodeAt(0).toString(16)}${user.slice(1)}`;
  return [
    `@${user}`,
    `@${encoded}`,
    `@${user.slice(0, -1)}=${user.charCodeAt(user.length - 1).toString(16)}`,
    `@${encoded.toUpperCase()}`,
    `@@${user}`,
    `@${user},`,
    `@${user};x`,
    `@${user}.x`,
    `@${user}/`,
    `@${user}:x`,
    `@${user}=00`,
    `@${user} `,
    `＠${user}`,
    `$@${user}`,
    `%40${user}`,
  ];
}

async function tryCommands(arena: Arena, query: string, victim: string, secret: string): Promise<void> {
  const client = await NativeClient.open(arena, arena, query);
  for (const channel of namesFor(victim)) {
    client.send({ type: "subscribe", id: 1, channel, since: "earliest" });
    client.send({ type: "history", id: 2, channel, since: "earliest" });
    client.send({ type: "presence", id: 3, channel });
    client.send({ type: "ack", id: 4, channel, offset: 1 });
    client.send({ type: "publish", id: 5, channel, data: "from mallory" });
    if (channel === `@${victim}`) await expectRefusals(arena, client, 5);
  }
  await client.settled();
  for (const push of client.frames) if (push.type === "error") arena.count(push.code);
  expectUnseen(arena, client, secret, query);
  client.socket.terminate();
}

/** The true name must be refused each time; another spelling is another channel, or none. Answers come in any order. */
async function expectRefusals(arena: Arena, client: NativeClient, commands: number): Promise<void> {
  const answered = (): number => client.frames.filter((push) => "id" in push && push.id !== undefined).length;
  await client.until(() => answered() >= commands, "the answers");
  for (const push of client.frames) {
    if (!("id" in push) || push.id === undefined) continue;
    arena.expect(push.type === "error", `command ${push.id} on a foreign inbox was answered ${push.type}`);
  }
}

async function tryConnecting(arena: Arena, query: string, victim: string, secret: string): Promise<void> {
  const names = namesFor(victim);
  const byCommand = await NativeClient.open(arena, arena);
  const subscriptions = Object.fromEntries(names.map((name) => [name, { since: "earliest" }]));
  byCommand.send({
    type: "connect",
    id: 1,
    ...Object.fromEntries(new URLSearchParams(query)),
    subscriptions,
  });
  await byCommand.settled();
  expectUnseen(arena, byCommand, secret, "connect");
  for (const name of names) {
    const byUrl = await NativeClient.open(
      arena,
      arena,
      `${query}&channel=${encodeURIComponent(name)}&since=earliest`,
    ).catch(() => null);
    if (byUrl === null) {
      arena.count("handshake refused");
      continue;
    }
    await byUrl.settled();
    expectUnseen(arena, byUrl, secret, `${query}&channel=${name}`);
    byUrl.socket.terminate();
  }
  byCommand.socket.terminate();
}

/** The ways without WebSocket: an event stream, polls, and the commands of such a session. */
async function tryStreams(arena: Arena, query: string, victim: string, secret: string): Promise<void> {
  for (const name of namesFor(victim)) {
    const asked = `${query}&channel=${encodeURIComponent(name)}&since=earliest`;
    const stream = await EventStreamClient.open(arena, arena.server, asked).catch(() => null);
    arena.count(stream === null ? "/events refused" : "/events without it");
    if (stream !== null) {
      const { session } = await stream.connected();
      for (const type of ["subscribe", "history"]) {
        const { status } = await sendCommand(arena.server, session, {
          type,
          id: 1,
          channel: name,
          since: "earliest",
        });
        arena.count(`/command ${status}`);
      }
      const body = { type: "publish", id: 2, channel: name, data: "from mallory" };
      arena.count(`/command ${(await sendCommand(arena.server, session, body)).status}`);
      expectUnseen(arena, stream, secret, `/events?${asked}`);
      stream.cut();
    }
    const polled = await poll(arena.server, Object.fromEntries(new URLSearchParams(`${asked}&waitMs=0`)));
    arena.count(`/poll ${polled.status}`);
    arena.expect(!polled.text.includes(secret), `an inbox was read by /poll?${asked}`);
  }
}

function expectUnseen(arena: Arena, client: FrameReader, secret: string, way: string): void {
  arena.expect(!JSON.stringify(client.frames).includes(secret), `an inbox was read by ${way}`);
}
