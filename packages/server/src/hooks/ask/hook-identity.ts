import type { Clock } from "../../base/clock.ts";
import { SharedGrants } from "../../core/channel-grants.ts";
import { ANONYMOUS, type Claims, type Grants, type Identify, type Identity } from "../../core/identity.ts";
import type { ConnectAnswer } from "./answers.ts";
import type { Asking, ConnectQuestion } from "./asking.ts";
import { denialOf } from "./backend-hooks.ts";

/**
 * Asks the backend who a client is, and whether it may connect.
 *
 * `byToken` is what tokens say; whoever they refuse is not asked about, and what they say is a part of the question. Without them the
 * backend gets the token itself: it may be anything that the backend knows how to read.
 */
export function askingIdentify(
  ask: NonNullable<Asking["connect"]>,
  byToken: Identify | null,
  clock: Clock,
): Identify {
  const shared = new SharedGrants();
  return async (claims) => {
    const known = byToken === null ? null : await byToken(claims);
    if (known !== null && "code" in known) return known;
    const answer = await ask(questionOf(claims, known), known?.infoJson ?? null);
    if (!("allow" in answer)) return answer;
    return answer.allow
      ? identityOf(answer, grantsOf(answer, shared), known ?? ANONYMOUS, clock.nowMs())
      : denialOf(answer);
  };
}

function questionOf({ token, address, origin }: Claims, known: Identity | null): ConnectQuestion {
  if (known === null) return { token, address, origin };
  return { address, origin, user: known.user ?? undefined, device: known.device ?? undefined };
}

function identityOf(answer: ConnectAnswer, granted: Grants | null, known: Identity, nowMs: number): Identity {
  const { info, expiresInMs, subscribe = [] } = answer;
  const endsAtMs = expiresInMs === undefined ? null : nowMs + expiresInMs;
  return {
    ...known,
    user: answer.user ?? known.user,
    infoJson: info === undefined ? known.infoJson : JSON.stringify(info),
    device: answer.device ?? known.device,
    authenticated: true,
    grants: either(known.grants, granted),
    expiresAtMs: earlier(known.expiresAtMs, endsAtMs),
    subscribe,
  };
}

/** Channels that the client is subscribed to are granted, too. null where the answer grants nothing. */
function grantsOf({ channels = {}, subscribe = [] }: ConnectAnswer, shared: SharedGrants): Grants | null {
  const patterns = {
    subscribe: [...(channels.subscribe ?? []), ...subscribe],
    publish: channels.publish ?? [],
  };
  const isNothing = patterns.subscribe.length === 0 && patterns.publish.length === 0;
  return isNothing ? null : shared.of(patterns);
}

function either(one: Grants | null, other: Grants | null): Grants | null {
  if (one === null || other === null) return one ?? other;
  return {
    maySubscribe: (channel) => one.maySubscribe(channel) || other.maySubscribe(channel),
    maySubscribePattern: (pattern) => one.maySubscribePattern(pattern) || other.maySubscribePattern(pattern),
    mayPublish: (channel) => one.mayPublish(channel) || other.mayPublish(channel),
  };
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
