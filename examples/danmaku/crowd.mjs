import { setTimeout as wait } from "node:timers/promises";
import { connectWebSocket } from "@tidewire/websocket";
import { comments } from "./comments.mjs";

const BATCH_MS = 100;
/** So many viewers come at once. */
const ARRIVALS = 50;

/**
 * How things stand with a crowd.
 *
 * @typedef {object} CrowdStatus
 * @property {string} room
 * @property {number} wanted how many viewers there are to be
 * @property {number} viewers how many there are
 * @property {number} rate comments that are published per second
 * @property {number} received comments that the viewers got, all together
 * @property {number} dropped comments that were left out for them, all together
 * @property {number} secondsLeft
 */

/** Simulated viewers of a room, each with a WebSocket of its own, and what they would write. */
export class Crowd {
  #plan;
  #push;
  /** @type {Set<import("@tidewire/websocket").ClientConnection>} */
  #connections = new Set();
  #viewers = 0;
  #received = 0;
  #dropped = 0;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #isOver = false;

  /**
   * @param {{ url: string, room: string, channel: string, viewers: number, rate: number, seconds: number }} plan
   * @param {(messages: readonly import("./api.mjs").Push[]) => Promise<void>} push
   */
  constructor(plan, push) {
    this.#plan = plan;
    this.#push = push;
  }

  /** @returns {CrowdStatus} */
  get status() {
    const { room, viewers, rate, seconds } = this.#plan;
    const leftMs = Math.min(seconds * 1000, this.#endsAtMs - performance.now());
    return {
      room,
      wanted: viewers,
      viewers: this.#viewers,
      rate,
      received: this.#received,
      dropped: this.#dropped,
      secondsLeft: Math.max(0, Math.ceil(leftMs / 1000)),
    };
  }

  /** Lets them all come, and then publishes for as long as planned, or until `stop`. */
  async run() {
    const { viewers, seconds } = this.#plan;
    try {
      for (let count = 0; count < viewers && !this.#isOver; count += ARRIVALS) {
        await Promise.all(Array.from({ length: Math.min(ARRIVALS, viewers - count) }, () => this.#come()));
      }
      this.#endsAtMs = performance.now() + seconds * 1000;
      await this.#publish();
    } finally {
      this.stop();
    }
  }

  stop() {
    this.#isOver = true;
    for (const connection of this.#connections) connection.close(1000);
  }

  /** Resolves when this viewer is there, or cannot come. */
  async #come() {
    const address = `${this.#plan.url.replace(/^http/, "ws")}/connect?channels=${this.#plan.channel}`;
    /** @type {() => void} */
    let settle = () => {};
    const settled = new Promise((resolve) => {
      settle = () => resolve(undefined);
    });
    let isThere = false;
    const connection = connectWebSocket(address, {
      onOpen: () => {
        isThere = true;
        this.#viewers += 1;
        settle();
      },
      onText: (text) => this.#hear(text),
      onClose: () => {
        if (isThere) this.#viewers -= 1;
        this.#connections.delete(connection);
        settle();
      },
    });
    this.#connections.add(connection);
    await settled;
  }

  /** A frame holds one message; so many of them come that only what counts is looked at. @param {string} text */
  #hear(text) {
    if (!text.startsWith('{"type":"message"')) return;
    this.#received += 1;
    this.#dropped += Number(/"dropped":(\d+)\}$/.exec(text)?.[1] ?? 0);
  }

  async #publish() {
    const { channel, rate } = this.#plan;
    const source = comments();
    const beganAtMs = performance.now();
    let sent = 0;
    while (!this.#isOver && performance.now() < this.#endsAtMs) {
      const due = Math.floor(((performance.now() - beganAtMs) / 1000) * rate);
      // A machine that is behind publishes less, and never all at once.
      const size = Math.min(due - sent, rate);
      const batch = Array.from({ length: size }, () => {
        const { data } = source.next().value;
        return { channel, data };
      });
      sent = due;
      if (batch.length > 0) await this.#push(batch);
      await wait(BATCH_MS);
    }
  }
}
