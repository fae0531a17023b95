import { EventStreamClient } from "../../../packages/server/test/support/event-stream-client.ts";
import type { FrameReader } from "../../../packages/server/test/support/frame-reader.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { poll } from "../../../packages/server/test/support/poll-client.ts";
import type { Arena } from "../arena.ts";

/** What came of an attempt to get in. */
interface Entry {
  /** Whom the client is taken for; null: nobody with a name, or not let in. */
  readonly user: string | null;
  /** The error's code, or the HTTP status; null when the client was let in. */
  readonly refusal: string | null;
}

/** One way to show a token. */
type Entrance = (arena: Arena, token: string) => Promise<Entry>;

/** Every way in which a client can show a token. */
export const ENTRANCES: ReadonlyMap<string, Entrance> = new Map<string, Entrance>([
  ["the URL", (arena, token) => overWebSocket(arena, `token=${encodeURIComponent(token)}`, {}, null)],
  [
    "a header",
    async (arena, token) =>
      fitsHeader(token)
        ? overWebSocket(arena, "channels=attack.memory.entry", bearer(token), null)
        : UNSENDABLE,
  ],
  ["connect", (arena, token) => overWebSocket(arena, "", {}, { type: "connect", id: 1, token })],
  ["/events", overEventStream],
  ["/poll", overPoll],
]);

async function overWebSocket(
  arena: Arena,
  query: string,
  headers: Readonly<Record<string, string>>,
  first: Readonly<Record<string, unknown>> | null,
): Promise<Entry> {
  try {
    const client = await NativeClient.open(arena, arena, query, { headers });
    if (first !== null) client.send(first);
    const entry = await entryOf(client);
    client.socket.terminate();
    return entry;
  } catch (error) {
    return refused(error);
  }
}

async function overEventStream(arena: Arena, token: string): Promise<Entry> {
  try {
    const query = `channels=attack.memory.entry&token=${encodeURIComponent(token)}`;
    const client = await EventStreamClient.open(arena, arena.server, query);
    const entry = await entryOf(client);
    client.cut();
    return entry;
  } catch (error) {
    return refused(error);
  }
}

async function overPoll(arena: Arena, token: string): Promise<Entry> {
  const query = { channels: "attack.memory.entry", waitMs: "0", token };
  const { status, text } = await poll(arena.server, query);
  const user = /"type":"connected"[^}]*"user":"([^"]*)"/.exec(text)?.[1] ?? null;
  return status === 200 ? { user, refusal: null } : { user: null, refusal: String(status) };
}

async function entryOf(client: FrameReader): Promise<Entry> {
  const isAnswer = (type: string): boolean => ["connected", "error", "disconnect"].includes(type);
  const push = await client.until(({ type }) => isAnswer(type), "an answer");
  if (push.type === "connected") return { user: push.user ?? null, refusal: null };
  return { user: null, refusal: push.type === "error" ? push.code : push.type };
}

function refused(error: unknown): Entry {
  const text = error instanceof Error ? error.message : String(error);
  return { user: null, refusal: /\b(4\d\d|5\d\d)\b/.exec(text)?.[1] ?? "closed" };
}

const UNSENDABLE: Entry = { user: null, refusal: "fits no header" };

function fitsHeader(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token);
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}
