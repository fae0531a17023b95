import { ERRORS } from "@tidewire/protocol";
import type { Acknowledged } from "../evidence.ts";

/** One message on its way, or several that go in one request. */
export interface Parcel {
  /** Names the request where it needs a name: the ids of its messages then are `KEY:0`, `KEY:1`, … */
  readonly key: string;
  readonly messages: readonly { readonly channel: string; readonly id: string }[];
}

/** Takes an acknowledgement, as soon as it is heard. */
type OnAcknowledged = (acknowledged: Acknowledged) => void;

/** The server said no, and trying again would not help: that must not happen in a run. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** A connection, or what stands for one, through which messages can be published. */
export interface Door {
  /**
   * Publishes, in the order of the calls where the door has an order.
   *
   * Resolves when all of it is acknowledged. Rejects with `Refused`, and with anything else when the outcome is unknown.
   */
  publish(parcel: Parcel, onAcknowledged: OnAcknowledged): Promise<void>;
  close(): void;
}

/** Where the server is, and what opens its API. */
export interface ServerAddress {
  readonly port: number;
  readonly apiKey: string;
}

/** Opens a door; rejects while nobody is there. */
export type OpenDoor = (server: ServerAddress) => Promise<Door>;

/** Reads an acknowledgement out of an answer; undefined when it is none. */
export function readAcknowledged(answer: unknown, channel: string, id: string): Acknowledged | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  if (!("epoch" in answer && "offset" in answer && "duplicate" in answer)) return undefined;
  const { epoch, offset, duplicate } = answer;
  if (typeof epoch !== "string" || typeof offset !== "number" || typeof duplicate !== "boolean")
    return undefined;
  const told = "messageId" in answer ? answer.messageId : "id" in answer ? answer.id : undefined;
  const isSame = told === id && "channel" in answer && answer.channel === channel;
  return isSame ? { channel, id, epoch, offset, duplicate } : undefined;
}

/** Turns an answer that is no acknowledgement into what `publish` rejects with. */
export function failureOf(answer: unknown): Error {
  const code = codeOf(answer);
  const facts = Object.entries(ERRORS).find(([name]) => name === code)?.[1];
  return facts?.retryable === true ? new Error(code) : new Refused(JSON.stringify(answer));
}

function codeOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const error = "error" in answer ? answer.error : answer;
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
