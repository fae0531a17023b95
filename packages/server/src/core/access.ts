import type { ChannelOptions } from "../config/channel-options.ts";
import type { ClientMessage, HookData, Hooks } from "./hooks.ts";
import type { Exclusions, Permissions } from "./permissions.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";

/** What deciding works with. */
export interface AccessPorts {
  readonly permissions: Permissions;
  readonly hooks: Hooks;
  readonly exclusions: Exclusions;
}

/**
 * Decides what a session may do: by the rules at once, or by asking the backend where a rule wants that.
 *
 * An answer is a promise only where the backend is asked. Whoever was kicked or banned meanwhile is refused, whatever it says. Where no
 * hook is configured, nobody is let in by one.
 */
export class Access {
  readonly #ports: AccessPorts;

  constructor(ports: AccessPorts) {
    this.#ports = ports;
  }

  /** Whether a session may receive a channel, by subscription, history or presence; null is yes. */
  maySubscribe(
    session: Session,
    channel: string,
    options: ChannelOptions,
  ): Refusal | null | Promise<Refusal | null> {
    const permission = this.#ports.permissions.maySubscribe(session, channel, options);
    if (permission !== "ask") return permission;
    // Whoever receives the channel already was let in.
    if (session.subscriptions.get(channel)?.channel) return null;
    const { subscribe } = this.#ports.hooks;
    if (subscribe === null) return refuse("permission_denied");
    return subscribe(session, channel).then((refusal) => this.#exclusion(session) ?? refusal);
  }

  /** Whether a session may have a pattern; null is yes. What it brings of each channel is asked by `mayReceive`. */
  maySubscribePattern(session: Session, pattern: string, options: ChannelOptions): Refusal | null {
    return this.#ports.permissions.maySubscribePattern(session, pattern, options);
  }

  /** Whether a pattern brings a channel to a session. The backend is not asked: where it would be, the answer is no. */
  mayReceive(session: Session, channel: string, options: ChannelOptions): boolean {
    if (!options.patterns || !isChannelOfPattern(channel)) return false;
    return this.#ports.permissions.maySubscribe(session, channel, options) === null;
  }

  /** Whether a session may publish a message, and with which data: the backend may change it. */
  mayPublish(
    session: Session,
    message: ClientMessage,
    options: ChannelOptions,
  ): Refusal | HookData | Promise<Refusal | HookData> {
    const permission = this.#ports.permissions.mayPublish(session, message.channel, options);
    if (permission === null) return { ok: true, dataJson: message.dataJson };
    if (permission !== "ask") return permission;
    const { publish } = this.#ports.hooks;
    if (publish === null) return refuse("permission_denied");
    return publish(session, message).then((answer) => this.#exclusion(session) ?? answer);
  }

  /** Whether a session keeps a channel that it receives, now that its identity or the rules are others. The backend is not asked again. */
  mayKeep(session: Session, channel: string, options: ChannelOptions): boolean {
    const permission = this.#ports.permissions.maySubscribe(session, channel, options);
    return permission === null || permission === "ask";
  }

  /** What the backend answers to a call that a client makes through the server. */
  async call(session: Session, method: string, dataJson: string): Promise<Refusal | HookData> {
    const { rpc } = this.#ports.hooks;
    if (rpc === null) return refuse("rpc_off");
    const answer = await rpc(session, method, dataJson);
    return this.#exclusion(session) ?? answer;
  }

  #exclusion({ identity, id }: Session): Refusal | null {
    return this.#ports.exclusions.refusalOf(identity, id);
  }
}

/** Inboxes and reserved names are reached by their names alone, whatever a pattern matches. */
function isChannelOfPattern(channel: string): boolean {
  return !(channel.startsWith("@") || channel.startsWith("$") || channel.startsWith("#"));
}
