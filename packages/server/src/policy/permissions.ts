import type { ErrorCode } from "@tidewire/protocol";
import { userOfInbox } from "@tidewire/protocol";
import type { Audience, ChannelOptions } from "../config/channel-options.ts";
import type { AccessMode } from "../config/access-mode.ts";
import type { Actor, ClientActor } from "./actor.ts";

/** What a decider answers: null is yes, and `ask` leaves it to the backend. */
export type Denial = Extract<ErrorCode, "permission_denied"> | "ask" | null;

/**
 * Decides whether somebody may receive a channel, by subscription, history or presence.
 *
 * An inbox is only for its user, whatever the rules, the mode, the grants and the backend say. The API reads everything.
 */
export function maySubscribe(
  actor: Actor,
  channel: string,
  options: Pick<ChannelOptions, "subscribe">,
  mode: AccessMode,
): Denial {
  if (actor.kind === "api") return null;
  if (channel.startsWith("@") && !ownsInbox(actor, channel, mode)) return "permission_denied";
  const granted = actor.grants?.maySubscribe(channel) ?? false;
  if (options.subscribe === "hook") return granted ? null : "ask";
  if (mode === "open") return verdict(options.subscribe !== "nobody");
  return verdict(isAmong(actor, options.subscribe, mode, granted));
}

/**
 * Decides whether somebody may subscribe to a pattern; `options` are those that hold for every channel that it matches.
 *
 * Each channel is still looked at by itself. The backend is not asked about patterns: where a rule wants that, the token must grant it.
 */
export function maySubscribePattern(
  actor: ClientActor,
  pattern: string,
  options: Pick<ChannelOptions, "subscribe" | "patterns">,
  mode: AccessMode,
): Exclude<Denial, "ask"> {
  if (!options.patterns || pattern.startsWith("@")) return "permission_denied";
  const granted = actor.grants?.maySubscribePattern(pattern) ?? false;
  if (options.subscribe === "hook") return verdict(granted);
  if (mode === "open") return verdict(options.subscribe !== "nobody");
  return verdict(isAmong(actor, options.subscribe, mode, granted));
}

/**
 * Decides whether somebody may publish to a channel.
 *
 * In open mode everybody may, except where nobody does or the backend is asked. Other users' inboxes stay with the rules in that mode too.
 */
export function mayPublish(
  actor: Actor,
  channel: string,
  options: Pick<ChannelOptions, "publish">,
  mode: AccessMode,
): Denial {
  if (actor.kind === "api") return verdict(options.publish !== "nobody");
  // Always, since the backend may change what is published.
  if (options.publish === "hook") return "ask";
  const isForeignInbox = channel.startsWith("@") && !ownsInbox(actor, channel, mode);
  if (mode === "open" && !isForeignInbox) return verdict(options.publish !== "nobody");
  const granted = actor.grants?.mayPublish(channel) ?? false;
  return verdict(isAmong(actor, options.publish, mode, granted));
}

function verdict(allowed: boolean): Exclude<Denial, "ask"> {
  return allowed ? null : "permission_denied";
}

/** In open mode nothing is proven, and everybody is who they say. */
function isKnownUser(actor: ClientActor, mode: AccessMode): boolean {
  return actor.user !== null && (actor.authenticated || mode === "open");
}

function ownsInbox(actor: ClientActor, channel: string, mode: AccessMode): boolean {
  return isKnownUser(actor, mode) && userOfInbox(channel) === actor.user;
}

function isAmong(actor: ClientActor, audience: Audience, mode: AccessMode, granted: boolean): boolean {
  switch (audience) {
    case "anyone":
      return true;
    case "users":
      return isKnownUser(actor, mode);
    case "token":
      return granted;
    case "hook":
    case "server":
    case "nobody":
      return false;
  }
}
