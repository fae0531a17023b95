import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { ENTRANCES } from "../support/entrances.ts";
import { HOSTILE_ANSWERS, strayRequests } from "../support/hostile-backend.ts";
import { namesFor } from "./foreign-inbox.ts";

/** A backend that answers in every way but a proper one. */
export const hostileBackend: Attack = {
  name: "a hostile backend behind the hooks",
  target: "hooked",
  tried: `${Object.keys(HOSTILE_ANSWERS).length} answers to the connect hook (redirects, silence, a byte at a time, without an end, bombs, resets, other statuses and types, prototypes), and a proper one that grants a user every inbox; tokens with URLs, paths and line ends`,
  defence: "hooks fail closed and follow no redirect; no answer widens an inbox; nobody else waits",
  async run(arena) {
    const strays = strayRequests();
    await tryInbox(arena);
    for (const token of [...Object.keys(HOSTILE_ANSWERS), ...PATHS]) {
      const isHostile = Object.hasOwn(HOSTILE_ANSWERS, token);
      for (const [entrance, enter] of ENTRANCES) {
        const { refusal } = await enter(arena, token);
        arena.count(refusal ?? "let in as nobody");
        const mayPass = !isHostile || refusal !== null;
        arena.expect(mayPass, `${token} let somebody in at ${entrance}`);
      }
    }
    const more = strayRequests() - strays;
    arena.expect(more === 0, `the server made ${more} requests that nobody had configured`);
    return `${arena.outcomes()}; nothing else was requested`;
  },
};

/** What would lead elsewhere if it became part of an address or a head. */
const PATHS = [
  "/../stray",
  "http://127.0.0.1/stray",
  "x\r\nHost: stray\r\n\r\nGET /stray HTTP/1.1",
  "?a=b#c",
];

/** The backend says yes to all of it. */
async function tryInbox(arena: Arena): Promise<void> {
  const secret = `for-ada-only-${Math.random().toString(36).slice(2)}`;
  await arena.server.call("POST", "/api/users/ada/messages", { data: secret });
  const client = await NativeClient.open(arena, arena, "token=greedy");
  await client.connected();
  for (const channel of namesFor("ada")) {
    client.send({ type: "subscribe", id: 1, channel, since: "earliest" });
    client.send({ type: "history", id: 2, channel, since: "earliest" });
  }
  await client.settled();
  arena.expect(
    !JSON.stringify(client.frames).includes(secret),
    "an inbox was opened by the backend's grants",
  );
  client.socket.terminate();
}
