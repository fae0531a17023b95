import { contentOf } from "../content.ts";
import { askApi } from "../http-request.ts";
import { type Door, failureOf, type OpenDoor, readAcknowledged } from "./door.ts";

/** One request for each message, with its id in the body or in `Idempotency-Key`. */
export const openHttpDoor: OpenDoor = async (server) => ({
  async publish({ messages }, onAcknowledged) {
    for (const { channel, id } of messages) {
      const data = contentOf(channel, id);
      const inHeader = id.length % 2 === 0;
      const { body: answer } = await askApi(
        server,
        "POST",
        `/api/channels/${channel}/messages`,
        inHeader ? { "idempotency-key": id } : {},
        inHeader ? { data } : { data, id },
      );
      const acknowledged = readAcknowledged(answer, channel, id);
      if (acknowledged === undefined) throw failureOf(answer);
      onAcknowledged(acknowledged);
    }
  },
  close() {},
});

/** One request for the whole parcel; the messages' ids come from its `Idempotency-Key`. */
export const openBatchDoor: OpenDoor = async (server) => ({
  async publish({ key, messages }, onAcknowledged) {
    const body = { messages: messages.map(({ channel, id }) => ({ channel, data: contentOf(channel, id) })) };
    const { body: answer } = await askApi(server, "POST", "/api/publish", { "idempotency-key": key }, body);
    const results = resultsOf(answer);
    if (results === undefined) throw failureOf(answer);
    let failure: Error | undefined;
    for (const [index, { channel, id }] of messages.entries()) {
      const acknowledged = readAcknowledged(results[index], channel, id);
      if (acknowledged === undefined) failure = failureOf(results[index]);
      else onAcknowledged(acknowledged);
    }
    if (failure !== undefined) throw failure;
  },
  close() {},
});

function resultsOf(answer: unknown): readonly unknown[] | undefined {
  if (typeof answer !== "object" || answer === null || !("results" in answer)) return undefined;
  return Array.isArray(answer.results) ? answer.results : undefined;
}

/** The same message through two doors at the same moment: it must be stored once. */
export function openBoth(first: OpenDoor, second: OpenDoor): OpenDoor {
  return async (server) => {
    const doors: readonly Door[] = await Promise.all([first(server), second(server)]);
    return {
      async publish(parcel, onAcknowledged) {
        await Promise.all(doors.map((door) => door.publish(parcel, onAcknowledged)));
      },
      close() {
        for (const door of doors) door.close();
      },
    };
  };
}
