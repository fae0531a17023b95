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
  same<PayloadOf<Channels, "chat.1.2">, never>(true);
  same<PayloadOf<Channels, "chat.a/b">, never>(true);
  same<PayloadOf<Channels, "chat">, never>(true);
  same<PayloadOf<Channels, "stock:nasdaq">, never>(true);
});

test("a pattern brings what is declared within it, and what covers it", () => {
  same<PayloadOf<Channels, "chat.*">, ChatMessage | Note>(true);
  same<PayloadOf<Channels, "stock:nasdaq/*">, Tick>(true);
  same<PayloadOf<Channels, "log.*">, number>(true);
  same<PayloadOf<Channels & { "**": Tick }, "stock:*/*">, Tick>(true);
  same<PayloadOf<{ "a.*": 1; "b.c": 2; "**": 3 }, "**">, 1 | 2 | 3>(true);
  same<PayloadOf<Channels, "nope.*">, never>(true);
});

test("two stars are any rest, also none", () => {
  same<PayloadOf<Channels, "log">, number>(true);
  same<PayloadOf<Channels, "log.a">, number>(true);
  same<PayloadOf<Channels, "log.a:b/c">, number>(true);
  same<PayloadOf<Channels, "logs">, never>(true);
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
  same<PayloadOf<Channels, string>, never>(true);
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
  ];
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("a channel that no declaration covers does not compile", () => {
  const typed = (
    client: Tidewire<{ "chat.*": ChatMessage }>,
    name: string,
    room: "chat.1" | "nope",
  ): unknown => [
    // @ts-expect-error Nothing covers it.
    client.subscribe("nope"),
    // @ts-expect-error Nor for a publish, whatever it carries.
    client.publish("nope", { text: "hi" }),
    // @ts-expect-error Nor for a question.
    client.history("nope"),
    // @ts-expect-error Nor here.
    client.presence("nope"),
    // @ts-expect-error Nor here.
    client.ack("nope", 1),
    // @ts-expect-error A star is one segment.
    client.subscribe("chat.1.2"),
    // @ts-expect-error A name that may be any.
    client.subscribe(name),
    // @ts-expect-error One of these is not covered.
    client.subscribe(room),
    client.subscribe(`chat.${name}`),
    client.presence("chat.1"),
    client.ack("chat.1", 1),
  ];
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("names that are known to be one of several have the union of the payloads", () => {
  const typed = (client: Tidewire<Channels>, name: "chat.1" | "news"): void => {
    const subscription = client.subscribe(name);
    same<typeof subscription, Subscription<ChatMessage | string>>(true);
  };
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("two stars alone let every other channel in", () => {
  const typed = (client: Tidewire<{ news: string; "**": unknown }>, name: string): void => {
    const any = client.subscribe(name);
    same<typeof any, Subscription<unknown>>(true);
    const news = client.subscribe("news");
    same<typeof news, Subscription<string>>(true);
  };
  assert.equal(typeof typed, "function", "for the compiler alone");
});

test("without a declaration every channel compiles, and every payload is unknown", (t) => {
  const client = new Tidewire("", { autoConnect: false }, new FakeHost().environment);
  t.after(() => client.close());
  const name: string = "a";
  const subscription = client.subscribe(name);
  same<typeof subscription, Subscription<unknown>>(true);
});
