import { channelNameProblem, inboxOf, userIdProblem } from "@tidewire/protocol";
import { type Refusal, refuse } from "./refusal.ts";

/** Whom a backend pushes to: exactly one of these. Users get it in their inboxes, on all of their devices. */
export interface Targets {
  readonly channel?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly users?: readonly string[] | undefined;
}

/** The channels that targets stand for, in their order; several when the list form was used. */
export interface ResolvedTargets {
  readonly ok: true;
  readonly channels: readonly string[];
  readonly isList: boolean;
}

/** Finds the channels for targets. A list may hold `max` names at most and none twice. */
export function resolveTargets(targets: Targets, max: number): ResolvedTargets | Refusal {
  const { channel, channels, user, users } = targets;
  const given = [channel, channels, user, users].filter((one) => one !== undefined);
  if (given.length !== 1) return refuse("bad_request", "Give exactly one of channel, channels, user, users.");
  const names = channels ?? (channel === undefined ? undefined : [channel]);
  const isList = channels !== undefined || users !== undefined;
  const resolved = names === undefined ? inboxes(users ?? (user === undefined ? [] : [user])) : named(names);
  if (!Array.isArray(resolved)) return resolved;
  if (resolved.length === 0) return refuse("bad_request", "The list of targets is empty.");
  if (resolved.length > max)
    return refuse("bad_request", `The list of targets has more than ${max} entries.`);
  if (new Set(resolved).size < resolved.length) return refuse("bad_request", "A target is listed twice.");
  return { ok: true, channels: resolved, isList };
}

function named(channels: readonly string[]): string[] | Refusal {
  for (const channel of channels) {
    const problem = channelNameProblem(channel);
    if (problem !== undefined) return refuse("invalid_channel", problem);
  }
  return [...channels];
}

function inboxes(users: readonly string[]): string[] | Refusal {
  for (const user of users) {
    const problem = userIdProblem(user);
    if (problem !== undefined) return refuse("invalid_field", problem);
  }
  return users.map(inboxOf);
}
