import { userOfInbox } from "@tidewire/protocol";
import type { AccessMode } from "../config/access-mode.ts";
import type { ChannelOptions } from "../config/channel-options.ts";
import type { ClientActor } from "./actor.ts";
import { mayPublish, maySubscribe } from "./permissions.ts";

/** Whether somebody may do something, and why. */
interface ExplainedPermission {
  /** `ask`: the backend decides, each time. */
  readonly allowed: boolean | "ask";
  readonly why: string;
}

/** What a client may do on one channel. Whoever may subscribe may read its history, and see who is there. */
export interface ExplainedPermissions {
  readonly subscribe: ExplainedPermission;
  readonly publish: ExplainedPermission;
  readonly history: ExplainedPermission;
  readonly presence: ExplainedPermission;
}

/** Explains what a client may do. The deciders decide, and this only finds the words. */
export function explainPermissions(
  actor: ClientActor,
  channel: string,
  options: ChannelOptions,
  mode: AccessMode,
): ExplainedPermissions {
  const subscribe = explain("subscribe", actor, channel, options, mode);
  const publish = explain("publish", actor, channel, options, mode);
  const reading = (isOn: boolean, off: string): ExplainedPermission =>
    isOn ? { allowed: subscribe.allowed, why: "as subscribe" } : { allowed: false, why: off };
  return {
    subscribe,
    publish,
    history: reading(options.history !== null, "the channel keeps none"),
    presence: reading(options.presence, "the channel keeps none"),
  };
}

function explain(
  action: "subscribe" | "publish",
  actor: ClientActor,
  channel: string,
  options: ChannelOptions,
  mode: AccessMode,
): ExplainedPermission {
  const decide = action === "subscribe" ? maySubscribe : mayPublish;
  const denial = decide(actor, channel, options, mode);
  if (denial === "ask") return { allowed: "ask", why: `hooks.${action} is asked, if it is configured` };
  const allowed = denial === null;
  return { allowed, why: wordsFor(action, actor, channel, options, mode, allowed) };
}

function wordsFor(
  action: "subscribe" | "publish",
  actor: ClientActor,
  channel: string,
  options: ChannelOptions,
  mode: AccessMode,
  allowed: boolean,
): string {
  const isProven = actor.authenticated || mode === "open";
  const isForeignInbox = channel.startsWith("@") && (userOfInbox(channel) !== actor.user || !isProven);
  if (action === "subscribe" && isForeignInbox) return "an inbox is for its user alone";
  const audience = options[action];
  if (mode === "open" && allowed && !isForeignInbox) return "open mode lets everybody";
  switch (audience) {
    case "anyone":
      return "it is for anyone";
    case "users":
      return allowed ? "it is for users" : "it is for users, and this client has no user";
    case "token":
    case "hook":
      return allowed ? "the token grants it" : "it takes a token that grants it, and this client has none";
    case "server":
      return "it is for the backend";
    case "nobody":
      return "it is for nobody";
  }
}
