import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import type { ClientState, Member, Message, Tidewire } from "@tidewire/client";
import { useChannel, useConnection, useMemberCount, usePresence } from "@tidewire/client/react";
import { hold, viewOf } from "../src/react/shared-channel.ts";
import { startConnected } from "./support/start-client.ts";
import { message, subscribed } from "./support/pushes.ts";

interface ChatMessage {
  readonly text: string;
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when the two types are the same. */
function same<A, B>(equal: Equal<A, B>): void {
  assert.equal(equal, true);
}

test("hooks know the payloads that the client declares", () => {
  const typed = (client: Tidewire<{ "chat.*": ChatMessage }>, room: string): void => {
    const { messages } = useChannel(client, `chat.${room}`, {
      onMessage: (message) => same<typeof message, Message<ChatMessage>>(true),
    });
    same<typeof messages, readonly Message<ChatMessage>[]>(true);
    same<ReturnType<typeof useConnection>, ClientState>(true);
    const members = usePresence(client, "chat.1");
    same<typeof members, readonly Member[]>(true);
    // @ts-expect-error Nothing covers it.
    useChannel(client, "nope");
    // @ts-expect-error Nor here.
    usePresence(client, "nope");
  };
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("drawing on a server shows the beginning, and asks the server for nothing", (t) => {
  const { client, host } = startConnected(t);
  function Room(): ReactNode {
    const { messages, state } = useChannel(client, "room.1");
    const { status } = useConnection(client);
    const members = [usePresence(client, "room.1").length, useMemberCount(client, "room.1")];
    return `${messages.length} ${state.status} ${members.join(" of ")} ${status}`;
  }
  assert.equal(renderToString(createElement(Room)), "0 subscribing 0 of 0 idle");
  assert.deepEqual(host.socket.sentOf("subscribe"), []);
});

test("a channel that catches up is drawn once it has, with the newest messages", async (t) => {
  const { client, host } = startConnected(t);
  const drawn: unknown[] = [];
  const changed = (): void => {
    const { messages, state } = viewOf(client, "log");
    drawn.push([state.status, ...messages.map(({ data }) => data)]);
  };
  hold(client, "log", { since: "earliest", keep: 2, onMessage: () => {}, changed });
  await Promise.resolve();
  drawn.length = 0;
  host.socket.receive(subscribed("log", 50));
  for (let offset = 1; offset <= 51; offset++) host.socket.receive(message("log", offset));
  assert.deepEqual(drawn, [["catching-up"], ["live", 49, 50], ["live", 50, 51]]);
});

test("a holder that leaves hears nothing more, and one that returns in the same round costs nothing", async (t) => {
  const { client, host } = startConnected(t);
  const heard: string[] = [];
  const holder = (name: string) => ({
    since: undefined,
    keep: 10,
    onMessage: () => heard.push(`${name} heard`),
    changed: () => heard.push(`${name} changed`),
  });
  hold(client, "log", holder("first"))();
  hold(client, "log", holder("second"));
  await Promise.resolve();
  host.socket.receive(subscribed("log", 0));
  const leave = hold(client, "log", holder("third"));
  heard.length = 0;
  host.socket.receive(message("log", 1));
  leave();
  host.socket.receive(message("log", 2));
  assert.deepEqual(heard, [
    "second changed",
    "third changed",
    "second heard",
    "third heard",
    "second changed",
    "second heard",
  ]);
  assert.equal(host.socket.sentOf("subscribe").length, 1);
  assert.deepEqual(host.socket.sentOf("unsubscribe"), []);
});

test("a component that comes to a channel that had ended begins it anew", async (t) => {
  const { client, host } = startConnected(t);
  const holder = { since: undefined, keep: 10, onMessage: () => {}, changed: () => {} };
  hold(client, "log", holder);
  await Promise.resolve();
  host.socket.receive(subscribed("log", 0), message("log", 1), { type: "unsubscribed", channel: "log" });
  assert.deepEqual(viewOf(client, "log").state, { status: "ended", reason: undefined });
  assert.equal(viewOf(client, "log").messages.length, 1, "what it had stays to be read");
  hold(client, "log", { ...holder });
  await Promise.resolve();
  host.socket.receive(subscribed("log", 1));
  assert.equal(viewOf(client, "log").state.status, "live");
  assert.deepEqual(viewOf(client, "log").messages, []);
});
