import type { TestContext } from "node:test";
import { Tidewire, type TidewireOptions } from "@tidewire/client";
import { within } from "../../packages/server/test/support/deadline.ts";

/** Opens the SDK's client of an example; the test's end closes it. */
export function openClient(t: TestContext, url: string, options: TidewireOptions = {}): Tidewire {
  const client = new Tidewire(`${url}/tidewire/connect`, options);
  t.after(() => client.close());
  return client;
}

/** Subscribes, and once that is confirmed gives what waits for the next message's data. */
export async function listen(client: Tidewire, channel: string): Promise<() => Promise<unknown>> {
  const subscription = client.subscribe(channel);
  const messages = subscription[Symbol.asyncIterator]();
  await within(subscription.ready(), `the subscription to ${channel}`);
  return async () => {
    const { value } = await within(messages.next(), `a message in ${channel}`);
    return value?.data;
  };
}
