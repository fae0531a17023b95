/**
 * A legitimate subscriber in a process of its own, so that what the attackers cost themselves does not show in its times.
 *
 * It pushes to a channel as a backend does, over raw TCP, and receives over a WebSocket. Arguments: the server's port and API key.
 */
import { connect } from "node:net";
import { WebSocket } from "ws";
import { answerParent } from "../../bench/support/child.ts";
import type { NeighbourWindow } from "./neighbour.ts";
import { NEIGHBOUR_CHANNEL } from "./targets.ts";

const EVERY_MS = 5;
/** What is not there after this time is not late but lost. */
const PATIENCE_MS = 30_000;

const [port = "", key = ""] = process.argv.slice(2);

let sent = 0;
let expected = 0;
let delaysMs: number[] = [];
let lost = 0;
let disorders = 0;
let closes = 0;
let arrived: (() => void) | null = null;

const socket = new WebSocket(`ws://127.0.0.1:${port}/connect?channels=${NEIGHBOUR_CHANNEL}`);
socket.on("close", () => (closes += 1));
socket.on("error", () => {});
const backend = connect(Number(port), "127.0.0.1");
backend.on("close", () => (closes += 1));
backend.on("error", () => {});
backend.setNoDelay(true);
backend.resume();

socket.on("message", (text: Buffer) => {
  const frame: unknown = JSON.parse(text.toString());
  if (isType(frame, "subscribed")) setInterval(push, EVERY_MS);
  if (isMessage(frame)) receive(frame.data);
});

function push(): void {
  const data = { number: sent, sentMs: performance.now() };
  sent += 1;
  backend.write(`${JSON.stringify({ from: "api", key, channel: NEIGHBOUR_CHANNEL, data })}\n`);
}

function receive({ number, sentMs }: Timed): void {
  delaysMs.push(performance.now() - sentMs);
  if (number < expected) disorders += 1;
  lost += Math.max(0, number - expected);
  expected = number + 1;
  arrived?.();
}

async function closeWindow(): Promise<NeighbourWindow> {
  const last = sent;
  const endMs = performance.now() + PATIENCE_MS;
  while (expected < last && performance.now() < endMs) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
      setTimeout(resolve, 1000);
    });
  }
  lost += Math.max(0, last - expected);
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  const seen = { messages: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
  const window = { ...seen, lost, disorders, closes };
  openWindow();
  return window;
}

function openWindow(): void {
  delaysMs = [];
  lost = 0;
  disorders = 0;
  closes = 0;
}

interface Timed {
  readonly number: number;
  readonly sentMs: number;
}

function isType(frame: unknown, type: string): boolean {
  return typeof frame === "object" && frame !== null && "type" in frame && frame.type === type;
}

function isMessage(frame: unknown): frame is { readonly data: Timed } {
  return isType(frame, "message");
}

answerParent({ openWindow, closeWindow });
