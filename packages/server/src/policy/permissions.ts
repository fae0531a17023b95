import type { ErrorCode } from "@tidewire/protocol";
import { userOfInbox } from "@tidewire/protocol";
import type { Audience, ChannelOptions } from "../config/channel-options.ts";
import type { AccessMode } from "../config/access-mode.ts";
import type { Actor, ClientActor } from "./actor.ts";

/** What a decider answers: null is yes. */
export type Denial = Extract<ErrorCode, "permission_denied"> | null;

/**
 * Decides whether somebody may receive a channel, by subscription, history or presence.
 *
 * An inbox is only for its user, whatever the rules, the mode and the grants say. The API reads everything.
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
  return verdict(mode === "open" ? isOpen(options.subscribe) : isAmong(actor, options.subscribe, granted));
}

/**
 * Decides whether somebody may publish to a channel.
 *
 * In open mode everybody may, but for channels where nobody does and for other users' inboxes, where the rules still count.
 */
export function mayPublish(
  actor: Actor,
  channel: string,
  options: Pick<ChannelOptions, "publish">,
  mode: AccessMode,
): Denial {
  if (actor.kind === "api") return verdict(isOpen(options.publish));
  const isForeignInbox = channel.startsWith("@") && !ownsInbox(actor, channel, mode);
  const granted = actor.grants?.mayPublish(channel) ?? false;
  const everybodyMay = mode === "open" && !isForeignInbox;
  return verdict(everybodyMay ? isOpen(options.publish) : isAmong(actor, options.publish, granted));
}

function verdict(allowed: boolean): Denial {
  return allowed ? null : "permission_denied";
}

function isOpen(audience: Audience): boolean {
  return audience !== "nobody";
}

function ownsInbox(actor: ClientActor, channel: string, mode: AccessMode): boolean {
  const isKnown = actor.authenticated || mode === "open";
  return isKnown && actor.user !== null && userOfInbox(channel) === actor.user;
}

function isAmong(actor: ClientActor, audience: Audience, granted: boolean): boolean {
  switch (audience) {
    case "anyone":
      return true;
    case "users":
      return actor.authenticated && actor.user !== null;
    case "token":
    case "hook":
      return granted;
    case "server":
    case "nobody":
      return false;
  }
}
