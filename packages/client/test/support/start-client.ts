import type { TestContext } from "node:test";
import { type ChannelMap, Tidewire, type AnyChannels, type TidewireOptions } from "@tidewire/client";
import { FakeHost } from "./fake-host.ts";

/** A client in a fake host. */
export interface Started<Channels extends ChannelMap> {
  readonly host: FakeHost;
  readonly client: Tidewire<Channels>;
}

/** Makes a client whose sockets, clock and page are the test's; its first socket is waiting to open. It knows no other door. */
export function startClient<Channels extends ChannelMap = AnyChannels>(
  t: TestContext,
  options: TidewireOptions = {},
): Started<Channels> {
  const host = new FakeHost();
  const client = new Tidewire<Channels>("", { fallback: false, ...options }, host.environment);
  t.after(() => client.close());
  return { host, client };
}

/** The same, connected. */
export function startConnected<Channels extends ChannelMap = AnyChannels>(
  t: TestContext,
  options: TidewireOptions = {},
): Started<Channels> {
  const started = startClient<Channels>(t, options);
  started.host.welcome();
  return started;
}
