import type { Admission } from "../../core/admission.ts";
import { type ApiCaller, callRefusal } from "../../core/api-caller.ts";
import type { Kicking } from "../../core/kick.ts";
import type { Published } from "../../core/publish.ts";
import type { PushItem } from "../../core/push-item.ts";
import type { Pushing } from "../../core/pushing.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { type DisconnectAction, type LineAction, readLine } from "./line-request.ts";

/** The answer to a line: one line without its line feed. `end`: nothing more is heard from this client. */
export interface LineAnswer {
  readonly json: string;
  readonly end: boolean;
  /** Why the line was not carried out, for the log; null when it was. */
  readonly refusal: Refusal | null;
  /** The name of the key that it came with, for the log; null without a valid one. */
  readonly key: string | null;
}

/** Puts a refusal into an answer. */
export function refusedLine(refusal: Refusal, end: boolean, key: string | null = null): LineAnswer {
  const { code, message, retryAfterMs } = refusal;
  const json = JSON.stringify({ ok: false, error: { code, message, retryAfterMs } });
  return { json, end, refusal, key };
}

/** The use-cases that lines lead to. */
export interface LineUseCases {
  readonly pushing: Pushing;
  readonly kicking: Kicking;
  /** Who has this key, compared in constant time; null when it is none. */
  readonly callerOf: (key: string) => ApiCaller | null;
  /** Counts a call; why it must wait, or null. */
  readonly tooFast: (caller: ApiCaller) => Refusal | null;
  readonly admission: Admission;
  readonly maxTargets: number;
}

/** The raw-TCP interface: JSON lines of a backend that has nothing but a socket. */
export class LineApi {
  readonly #use: LineUseCases;

  constructor(useCases: LineUseCases) {
    this.#use = useCases;
  }

  /**
   * Carries out one line. The caller keeps the answers in the order of the lines.
   *
   * A refusal is given at once, so that the caller can stop before it begins the next line.
   */
  answer(text: string): LineAnswer | Promise<LineAnswer> {
    const line = readLine(text, this.#use.maxTargets);
    if (!line.ok) return refusedLine(line, false);
    // A wrong key ends the connection, so that each guess costs a new one.
    const caller = this.#use.callerOf(line.key);
    if (caller === null) return refusedLine(refuse("unauthorized"), true);
    const tooFast = this.#use.tooFast(caller);
    if (tooFast !== null) return refusedLine(tooFast, false, caller.name);
    if ("code" in line.ask) return refusedLine(line.ask, false, caller.name);
    const refusal = refusalOf(caller, line.ask);
    if (refusal !== null) return refusedLine(refusal, false, caller.name);
    const busy = isPublish(line.ask) ? this.#use.admission.publish() : null;
    // The log tells of an overload as a whole, and keeps this client's line for a mistake of its own.
    if (busy !== null) return { ...refusedLine(busy, false), refusal: null };
    return this.#carryOut(caller, line.ask);
  }

  async #carryOut(caller: ApiCaller, ask: LineAction): Promise<LineAnswer> {
    switch (ask.action) {
      case "publish":
        return this.#publish(caller, ask.item);
      case "broadcast": {
        const result = this.#use.pushing.broadcast(ask.dataJson);
        return result.ok ? done(result) : refusedLine(result, false, caller.name);
      }
      case "disconnect":
        return this.#disconnect(caller, ask);
      case "ban": {
        const { user, ban } = ask;
        const banned = await this.#use.kicking.ban(user, ban.forMs, ban.ending);
        return banned.ok
          ? done({ ok: true, user, connections: banned.connections })
          : refusedLine(banned, false, caller.name);
      }
      case "unban": {
        const { user } = ask;
        const unbanned = await this.#use.kicking.unban(user);
        return unbanned.ok
          ? done({ ok: true, user, lifted: unbanned.lifted })
          : refusedLine(unbanned, false, caller.name);
      }
    }
  }

  async #disconnect(caller: ApiCaller, { target, ending, options }: DisconnectAction): Promise<LineAnswer> {
    const { kicking } = this.#use;
    const kicked = await ("user" in target
      ? kicking.disconnectUser(target.user, ending, options)
      : kicking.disconnectConnection(target.connection, ending));
    return kicked.ok
      ? done({ ok: true, ...target, connections: kicked.connections })
      : refusedLine(kicked, false, caller.name);
  }

  async #publish(caller: ApiCaller, item: PushItem): Promise<LineAnswer> {
    const { pushing } = this.#use;
    const [only] = item.channels;
    if (item.isList || only === undefined) {
      const results = await pushing.publishItem(caller, item);
      return done({ ok: true, results: results.map(resultOf) });
    }
    const result = await pushing.publish(caller, only, item, null);
    if (!result.ok) return refusedLine(result, false, caller.name);
    const { channel, epoch, offset, id, duplicate, subscribers } = result;
    if (offset === null) return done({ ok: true, channel, id, duplicate, subscribers });
    return done({ ok: true, channel, epoch, offset, id, duplicate, subscribers });
  }
}

function isPublish({ action }: LineAction): boolean {
  return action === "publish" || action === "broadcast";
}

/** An action needs what the same call needs over HTTP. */
function refusalOf(caller: ApiCaller, ask: LineAction): Refusal | null {
  switch (ask.action) {
    case "publish":
      return callRefusal(caller, "publishBatch", {});
    case "broadcast":
      return callRefusal(caller, "broadcast", {});
    case "disconnect":
      return "user" in ask.target
        ? callRefusal(caller, "disconnectUser", ask.target)
        : callRefusal(caller, "closeConnection", {});
    case "ban":
      return callRefusal(caller, "banUser", ask);
    case "unban":
      return callRefusal(caller, "unbanUser", ask);
  }
}

function resultOf(result: Published | Refusal): object {
  if (!result.ok) return { error: { code: result.code, message: result.message } };
  const { channel, epoch, offset, id, duplicate, subscribers } = result;
  if (offset === null) return { channel, id, duplicate, subscribers };
  return { channel, epoch, offset, id, duplicate, subscribers };
}

function done(fields: object): LineAnswer {
  return { json: JSON.stringify(fields), end: false, refusal: null, key: null };
}
