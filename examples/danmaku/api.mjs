import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

const ATTEMPTS = 3;
const TIMEOUT_MS = 5000;

/**
 * A message for one channel.
 *
 * @typedef {object} Push
 * @property {string} channel
 * @property {object} data
 * @property {"high"} [priority]
 */

/**
 * Gives what pushes a batch to the server until there is an answer. All attempts carry one key, so that each message is stored once.
 *
 * @param {string} url
 * @param {string} apiKey
 * @returns {(messages: readonly Push[]) => Promise<void>}
 */
export function pushTo(url, apiKey) {
  return async (messages) => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    };
    const body = JSON.stringify({ messages });
    for (let attempt = 1; ; attempt += 1) {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(`${url}/api/publish`, { method: "POST", headers, body, signal }).catch(
        (error) => new Response(String(error), { status: 503 }),
      );
      const answer = await response.text();
      if (response.ok) return;
      const isForNow = response.status === 429 || response.status >= 500;
      if (!isForNow || attempt === ATTEMPTS) throw new Error(`${url} answered ${response.status}: ${answer}`);
      await wait(attempt * 1000);
    }
  };
}
