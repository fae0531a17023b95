import { setTimeout as wait } from "node:timers/promises";
import { EventStreamClient } from "../../../packages/server/test/support/event-stream-client.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import { poll } from "../../../packages/server/test/support/poll-client.ts";
import { sendCommand } from "../../../packages/server/test/support/send-command.ts";
import { tokenOf } from "../../../packages/server/test/support/tokens.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { ENTRANCES } from "../support/entrances.ts";

/** Who was sent away, and comes back by another door. */
export const replayAfterKick: Attack = {
  name: "replay after a kick and a ban",
  target: "authenticated",
  tried:
    "a kicked user's session by `connect`, `/poll`, `/command`, `/events` and the last event id of its stream; a banned user's token at every entrance, also from another device, and the sessions that were open",
  defence:
    "the session is refused at every door, and so is the user while the ban holds; open connections end at once",
  async run(arena) {
    const user = `eve-${Math.random().toString(36).slice(2)}`;
    const token = tokenOf({ sub: user });
    arena.secrets.add(token);
    const { session, lastEventId } = await kickedSession(arena, user, token);
    await replaySession(arena, token, session, lastEventId);
    const others = await Promise.all([
      NativeClient.open(arena, arena, `token=${token}`),
      EventStreamClient.open(arena, arena.server, `channels=attack.memory.ban&token=${token}`),
    ]);
    for (const other of others) await other.connected();
    await arena.server.call("PUT", `/api/users/${user}/ban`, { for: "1m", reason: "banned by the attack" });
    for (const other of others)
      await other.until(({ type }) => type === "disconnect", "the end of a banned session");
    const elsewhere = tokenOf({
      sub: user,
      device: "another",
      session: "another",
      iat: Math.floor(Date.now() / 1000) + 1,
    });
    for (const [entrance, enter] of ENTRANCES) {
      for (const shown of [token, elsewhere]) {
        const { refusal } = await enter(arena, shown);
        arena.count(refusal ?? "let in");
        arena.expect(refusal !== null, `a banned user was let in at ${entrance}`);
      }
    }
    await arena.server.call("DELETE", `/api/users/${user}/ban`);
    return arena.outcomes();
  },
};

/** A session that was on a WebSocket and on an event stream, and was kicked; with the id that the stream ended with. */
async function kickedSession(
  arena: Arena,
  user: string,
  token: string,
): Promise<{ readonly session: string; readonly lastEventId: string }> {
  const stream = await EventStreamClient.open(
    arena,
    arena.server,
    `channels=attack.memory.kick&token=${token}`,
  );
  const { session } = await stream.connected();
  arena.secrets.add(session);
  await stream.next("subscribed");
  const { lastEventId } = stream;
  await arena.server.call("POST", `/api/users/${user}/disconnect`, { reason: "kicked by the attack" });
  await stream.ended();
  return { session, lastEventId };
}

async function replaySession(
  arena: Arena,
  token: string,
  session: string,
  lastEventId: string,
): Promise<void> {
  const client = await NativeClient.open(arena, arena);
  client.send({ type: "connect", id: 1, token, session });
  const answer = await client.frame();
  arena.count(answer.type === "error" ? answer.code : answer.type);
  arena.expect(answer.type !== "connected", "a kicked session was taken up again by connect");
  const query = { channels: "attack.memory.kick", waitMs: "0", token };
  const polled = await poll(arena.server, { ...query, session });
  const commanded = await sendCommand(arena.server, session, {
    type: "publish",
    id: 1,
    channel: "a",
    data: 1,
  });
  for (const { status } of [polled, commanded]) {
    arena.count(status);
    arena.expect(status === 403, `a kicked session was answered ${status}`);
  }
  for (const [more, headers] of [
    [`&session=${session}`, {}],
    ["", { "last-event-id": lastEventId }],
    [`&lastEventId=${encodeURIComponent(lastEventId)}`, {}],
  ] as const) {
    const status = await EventStreamClient.open(
      arena,
      arena.server,
      `channels=attack.memory.kick&token=${token}${more}`,
      headers,
    ).then(
      () => "let in",
      (error: unknown) => String(error).replace(/.*answered /, ""),
    );
    arena.count(status);
    arena.expect(status === "403" || lastEventId === "", `a kicked session's stream was ${status}`);
  }
}

/** Tokens that the backend has taken back. */
export const replayAfterRevoking: Attack = {
  name: "revoked tokens",
  target: "authenticated",
  tried:
    "tokens issued before a kick with `revoke`, an hour and a second earlier and without a time of issue, at every entrance; a refresh of a session by one of them",
  defence: "each is refused, by every door; a token that is issued afterwards works",
  async run(arena) {
    const user = `rex-${Math.random().toString(36).slice(2)}`;
    const now = Math.floor(Date.now() / 1000);
    const issuedAt = [now - 3600, now - 1, undefined];
    const old = issuedAt.map((iat) => tokenOf({ sub: user, ...(iat === undefined ? {} : { iat }) }));
    for (const token of old) arena.secrets.add(token);
    await arena.server.call("POST", `/api/users/${user}/disconnect`, { reason: "revoked", revoke: true });
    for (const [entrance, enter] of ENTRANCES) {
      for (const token of old) {
        const { refusal } = await enter(arena, token);
        arena.count(refusal ?? "let in");
        arena.expect(refusal !== null, `a revoked token was let in at ${entrance}`);
      }
    }
    const fresh = await NativeClient.open(arena, arena, `token=${tokenOf({ sub: user, iat: now + 3 })}`);
    const answer = await fresh.frame();
    arena.expect(answer.type === "connected", `a token that was issued later was answered ${answer.type}`);
    fresh.send({ type: "refresh", id: 1, token: old[0] });
    const refreshed = await fresh.until((push) => "id" in push && push.id === 1, "an answer to refresh");
    arena.count(`refresh: ${refreshed.type === "error" ? refreshed.code : refreshed.type}`);
    arena.expect(refreshed.type === "error", "a session was refreshed by a revoked token");
    fresh.socket.terminate();
    return arena.outcomes();
  },
};

/** Who stays after the token has run out. */
export const replayAfterExpiry: Attack = {
  name: "staying beyond the token",
  target: "authenticated",
  tried:
    "WebSocket, event stream and polls of a token of 2 seconds that are never refreshed, refreshed with another user's token, and with the expired one; its session afterwards with the old token",
  defence: "the connection ends with 4101 at the token's end, and nothing that is pushed later arrives",
  async run(arena) {
    const user = `tom-${Math.random().toString(36).slice(2)}`;
    const channel = `attack.memory.${user}`;
    const exp = Math.ceil(Date.now() / 1000) + 2;
    const token = tokenOf({ sub: user, exp });
    arena.secrets.add(token);
    const socket = await NativeClient.open(arena, arena, `channels=${channel}&token=${token}`);
    const stream = await EventStreamClient.open(arena, arena.server, `channels=${channel}&token=${token}`);
    const { session } = await socket.connected();
    arena.secrets.add(session);
    await stream.next("subscribed");
    socket.send({ type: "refresh", id: 1, token: tokenOf({ sub: "somebody-else" }) });
    const refreshed = await socket.until((push) => "id" in push && push.id === 1, "an answer to refresh");
    arena.expect(refreshed.type === "error", "a session was refreshed by another user's token");
    const { code } = await socket.closed;
    arena.count(code);
    arena.expect(code === 4101, `the end of the token closed a connection with ${code}`);
    await stream.ended();
    arena.count("stream ended");
    arena.expect(Date.now() >= exp * 1000, "a connection ended before its token");
    await arena.server.call("POST", `/api/channels/${channel}/messages`, { data: "too late" });
    await wait(100);
    for (const reader of [socket, stream])
      arena.expect(
        !reader.frames.some(({ type }) => type === "message"),
        "a message came after the token's end",
      );
    for (const [entrance, enter] of ENTRANCES) {
      const { refusal } = await enter(arena, token);
      arena.count(refusal ?? "let in");
      arena.expect(refusal !== null, `an expired token was let in at ${entrance}`);
    }
    const polled = await poll(arena.server, { channels: channel, waitMs: "0", token, session });
    arena.expect(polled.status === 401, `an expired token polled with its session: ${polled.status}`);
    arena.count(polled.status);
    return arena.outcomes();
  },
};
