import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Tidewire } from "@tidewire/client";
import { useChannel, useConnection, useMemberCount, usePresence } from "@tidewire/client/react";

/*
 * The page of react.test.ts: shows the components that the test names, under StrictMode.
 */

const client = new Tidewire<{ "room.*": string }>(new URLSearchParams(location.search).get("server") ?? "", {
  user: "ann",
  backoff: { minMs: 10, maxMs: 100 },
});
const errors: string[] = [];
client.on("error", ({ code }) => errors.push(code));

/** How many handlers components have on the client. */
let handlers = 0;
const on = client.on.bind(client);
client.on = (name, handler, options) => {
  const off = on(name, handler, options);
  handlers += 1;
  return () => {
    handlers -= 1;
    off();
  };
};

function Room({ name, keep }: { readonly name: string; readonly keep: number }): ReactNode {
  const { messages, state, gap } = useChannel(client, "room.1", { since: { last: 2 }, keep });
  return (
    <section id={name}>
      {messages.map(({ id, data }) => (
        <i key={id}>{data.toUpperCase()}</i>
      ))}
      <b>{state.status}</b>
      {gap?.reason}
    </section>
  );
}

function Clumsy(): ReactNode {
  useChannel(client, "room.1", {
    onMessage: () => {
      throw new Error("clumsy");
    },
  });
  return null;
}

function People(): ReactNode {
  const members = usePresence(client, "room.1");
  const count = useMemberCount(client, "room.1");
  return (
    <p id="people" data-count={count}>
      {members.map(({ user }) => user).join(" ")}
    </p>
  );
}

function Pill(): ReactNode {
  return <p id="pill">{useConnection(client).status}</p>;
}

const COMPONENTS: Readonly<Record<string, ReactNode>> = {
  people: <People key="people" />,
  pill: <Pill key="pill" />,
  clumsy: <Clumsy key="clumsy" />,
  first: <Room key="first" name="first" keep={100} />,
  second: <Room key="second" name="second" keep={2} />,
};

const root = createRoot(document.body.appendChild(document.createElement("main")));

Object.assign(window, {
  client,
  errors,
  handlers: () => handlers,
  /** Draws these components in this order, and nothing else. */
  show(...names: readonly string[]) {
    root.render(<StrictMode>{names.map((name) => COMPONENTS[name])}</StrictMode>);
  },
});
