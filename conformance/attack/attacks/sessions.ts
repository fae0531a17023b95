import { randomBytes } from "node:crypto";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { EventStreamClient } from "../../../packages/server/test/support/event-stream-client.ts";
import { poll } from "../../../packages/server/test/support/poll-client.ts";
import { sendCommand } from "../../../packages/server/test/support/send-command.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";

/** 128 bits in base64url. */
const LEAST_SECRET_CHARACTERS = 22;

/** Somebody else's session. */
export const sessionHijack: Attack = {
  name: "stolen, guessed and chosen sessions",
  target: "open",
  tried:
    "connect with a victim's public connection id as session, with the victim's secret as another user and as nobody, with random and malformed ids, and with an id that the attacker has chosen for the victim; the same by `/command`, `/poll`, `/events` and its last event id",
  defence:
    "a new session each time; the victim stays connected; nobody is ever put into a session by its id alone",
  async run(arena) {
    const victim = await NativeClient.open(arena, arena, "user=ada&channels=attack.memory.hijack");
    const { session, connection } = await victim.connected();
    arena.secrets.add(session);
    await victim.next("subscribed");
    for (const [user, given] of thefts(arena, session, connection)) {
      const thief = await NativeClient.open(arena, arena);
      thief.send({ type: "connect", id: 1, user, session: given });
      const answer = await thief.until((push) => push.type !== "pong", "an answer to connect");
      arena.count(answer.type === "error" ? answer.code : answer.type);
      if (answer.type === "connected") {
        arena.secrets.add(answer.session);
        arena.expect(answer.session !== given, "a session was taken over or chosen");
        arena.expect(answer.connection !== connection, "two clients have one connection id");
      }
      thief.socket.terminate();
    }
    await stealByOtherDoors(arena, session, connection);
    await victim.settled();
    arena.expect(!victim.isClosed, "the victim was thrown out");
    await expectUnguessable(arena);
    return `the victim noticed nothing; ${arena.outcomes()}`;
  },
};

function thefts(
  arena: Arena,
  session: string,
  connection: string,
): readonly (readonly [string | undefined, unknown])[] {
  const chosen = "chosen-by-the-attacker-0123456789";
  const guesses = Array.from({ length: arena.amount(50, 500) }, () => randomBytes(16).toString("base64url"));
  return [
    ["ada", connection],
    ["mallory", session],
    [undefined, session],
    ["Ada", session],
    ["ada", session.slice(0, -1)],
    ["ada", `${session}=`],
    ["ada", ` ${session}`],
    ["ada", session.toLowerCase()],
    ["ada", [session]],
    ["ada", { session }],
    ["ada", "__proto__"],
    ["ada", ""],
    ["ada", "x".repeat(10_000)],
    // First the attacker makes it, then the victim's browser is made to use it.
    ["mallory", chosen],
    ["ada", chosen],
    ...guesses.map((guess) => ["ada", guess] as const),
  ];
}

/** The public id, guesses, and the secret in another user's hands, where it comes in a URL or a header. */
async function stealByOtherDoors(arena: Arena, session: string, connection: string): Promise<void> {
  const guess = randomBytes(16).toString("base64url");
  for (const given of [connection, guess, `${connection};${guess}`, "__proto__"]) {
    const { status } = await sendCommand(arena.server, given, { type: "history", id: 1, channel: "@ada" });
    arena.count(`/command ${status}`);
    arena.expect(status === 404 || status === 400, `/command took ${given} for a session: ${status}`);
  }
  for (const given of [connection, guess, session]) {
    const query = { user: "mallory", channels: "attack.memory.hijack", waitMs: "0", session: given };
    const { status, answer } = await poll(arena.server, query);
    arena.count(`/poll ${status}`);
    arena.expect(answer === null || answer.session !== given, "a poll took a session over");
    if (answer !== null) arena.secrets.add(answer.session);
    for (const [more, headers] of [
      [`&session=${given}`, {}],
      ["", { "last-event-id": `;${connection};${guess}` }],
      ["", { "last-event-id": `;${connection};over` }],
    ] as const) {
      const asked = `user=mallory&channels=attack.memory.hijack${more}`;
      const stream = await EventStreamClient.open(arena, arena.server, asked, headers).catch(() => null);
      arena.count(stream === null ? "/events refused" : "/events anew");
      if (stream === null) continue;
      const opened = await stream.connected();
      arena.secrets.add(opened.session);
      arena.expect(opened.connection !== connection, "an event stream took a session over");
      stream.cut();
    }
  }
}

/** Ids are long, and no two have more in common than what names their owner. */
async function expectUnguessable(arena: Arena): Promise<void> {
  const ids: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    const client = await NativeClient.open(arena, arena, "user=eve");
    const { session } = await client.connected();
    arena.secrets.add(session);
    ids.push(session);
    client.socket.terminate();
  }
  const shortest = Math.min(...ids.map((id) => id.length - commonStart(ids)));
  arena.expect(shortest >= LEAST_SECRET_CHARACTERS, `only ${shortest} characters of a session are secret`);
}

function commonStart(ids: readonly string[]): number {
  const [first = ""] = ids;
  let length = 0;
  while (length < first.length && ids.every((id) => id.startsWith(first.slice(0, length + 1)))) length += 1;
  return length;
}
