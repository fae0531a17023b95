import assert from "node:assert/strict";
import { test } from "node:test";
import { type PayloadOf, type Subscription, Tidewire } from "@tidewire/client";
import { FakeHost } from "./support/fake-host.ts";

interface ChatMessage {
  readonly text: string;
}
interface Note {
  readonly title: string;
}
interface Tick {
  readonly price: number;
}
interface Channels {
  "chat.*": ChatMessage;
  "@*": Note;
  "stock:*/*": Tick;
  news: string;
  "chat.lobby": Note;
  "log.**": number;
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when the two types are the same. */
function same<A, B>(equal: Equal<A, B>): void {
  assert.equal(equal, true);
}

test("a channel has the payload that its name or pattern declares", () => {
  same<PayloadOf<Channels, "news">, string>(true);
  same<PayloadOf<Channels, "chat.1">, ChatMessage>(true);
  same<PayloadOf<Channels, "@u1">, Note>(true);
  same<PayloadOf<Channels, "stock:nasdaq/AAPL">, Tick>(true);
});

test("a star is one segment", () => {
  same<PayloadOf<Channels, "chat.1.2">, unknown>(true);
  same<PayloadOf<Channels, "chat.a/b">, unknown>(true);
  same<PayloadOf<Channels, "chat">, unknown>(true);
  same<PayloadOf<Channels, "stock:nasdaq">, unknown>(true);
});

test("two stars are any rest, also none", () => {
  same<PayloadOf<Channels, "log">, number>(true);
  same<PayloadOf<Channels, "log.a">, number>(true);
  same<PayloadOf<Channels, "log.a:b/c">, number>(true);
  same<PayloadOf<Channels, "logs">, unknown>(true);
  same<PayloadOf<{ "**": Tick }, "anything.at/all">, Tick>(true);
  same<PayloadOf<{ "a.*.**": Tick }, "a.b.c.d">, Tick>(true);
  same<PayloadOf<{ "a.*.**": Tick }, "a.b">, Tick>(true);
});

test("the narrower declaration wins, and equals are a union", () => {
  same<PayloadOf<Channels, "chat.lobby">, Note>(true);
  same<PayloadOf<Channels & { "**": Tick }, "chat.1">, ChatMessage>(true);
  same<PayloadOf<{ "a.*": 1; "*.b": 2 }, "a.b">, 1 | 2>(true);
});

test("a name with holes is matched as far as it is known", () => {
  same<PayloadOf<Channels, `chat.${string}`>, ChatMessage>(true);
  same<PayloadOf<Channels, string>, unknown>(true);
});

test("calls infer the payload from the channel", (t) => {
  const client = new Tidewire<Channels>("", { autoConnect: false }, new FakeHost().environment);
  t.after(() => client.close());
  const room = String(7);
  const subscription = client.subscribe(`chat.${room}`);
  same<typeof subscription, Subscription<ChatMessage>>(true);
  subscription.on("message", ({ data }) => same<typeof data, ChatMessage>(true));
  const history = client.history("@u1");
  same<Awaited<typeof history>["messages"][number]["data"], Note>(true);
  history.catch(() => {});
  const typed = (): unknown => [
    client.publish("news", "text"),
    subscription.publish({ text: "hi" }),
    // @ts-expect-error A string is no chat message.
    client.publish("chat.1", "text"),
    // @ts-expect-error Nor is a note.
    subscription.publish({ title: "hi" }),
    client.publish("of no declaration", { any: "thing" }),
  ];
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("without a declaration every payload is unknown", (t) => {
  const client = new Tidewire("", { autoConnect: false }, new FakeHost().environment);
  t.after(() => client.close());
  const subscription = client.subscribe("a");
  same<typeof subscription, Subscription<unknown>>(true);
});
