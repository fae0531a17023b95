import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import type { Kicking } from "../../core/kick.ts";
import { API_PUBLISHER } from "../../core/message.ts";
import type { Published, Publishing } from "../../core/publish.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import { resolveTargets } from "../../core/targets.ts";
import { type LineAction, readLine } from "./line-request.ts";

/** The answer to a line: one line without its line feed. `end`: nothing more is heard from this client. */
export interface LineAnswer {
  readonly json: string;
  readonly end: boolean;
}

/** The use-cases that lines lead to. */
export interface LineUseCases {
  readonly publishing: Publishing;
  readonly kicking: Kicking;
  readonly broadcast: (dataJson: string) => { readonly id: string; readonly connections: number };
  /** Compares in constant time. */
  readonly isApiKey: (key: string) => boolean;
  readonly maxTargets: number;
}

/** The raw-TCP interface: JSON lines of a backend that has nothing but a socket. */
export class LineApi {
  readonly #use: LineUseCases;

  constructor(useCases: LineUseCases) {
    this.#use = useCases;
  }

  /** Carries out one line. The caller keeps the answers in the order of the lines. */
  async answer(text: string): Promise<LineAnswer> {
    const line = readLine(text);
    if (!line.ok) return refused(line);
    // A wrong key ends the connection, so that each guess costs a new one.
    if (!this.#use.isApiKey(line.key)) return { ...refused(refuse("unauthorized")), end: true };
    return this.#carryOut(line.ask);
  }

  async #carryOut(ask: LineAction): Promise<LineAnswer> {
    switch (ask.action) {
      case "publish":
        return this.#publish(ask);
      case "broadcast":
        return done(this.#use.broadcast(ask.dataJson));
      case "disconnect": {
        const ending = {
          code: ask.code ?? CLOSE.kicked,
          reason: ask.reason === "" ? CLOSE_REASONS.kicked : ask.reason,
          retryAfterMs: 0,
        };
        const connections = this.#use.kicking.disconnectUser(ask.user, ending);
        return done({ user: ask.user, connections });
      }
    }
  }

  async #publish(ask: Extract<LineAction, { action: "publish" }>): Promise<LineAnswer> {
    const targets = resolveTargets(ask.targets, this.#use.maxTargets);
    if (!targets.ok) return refused(targets);
    const results = await Promise.all(
      targets.channels.map((channel) =>
        this.#use.publishing.publish({
          channel,
          dataJson: ask.dataJson,
          id: ask.id,
          key: ask.messageKey,
          priority: ask.priority,
          exclude: ask.exclude,
          from: API_PUBLISHER,
        }),
      ),
    );
    if (targets.isList) return done({ results: results.map(resultOf) });
    const [result] = results;
    if (result === undefined || !result.ok) return refused(result ?? refuse("internal"));
    return done(resultOf(result));
  }
}

function resultOf(result: Published | Refusal): Record<string, unknown> {
  if (!result.ok) return { error: { code: result.code, message: result.message } };
  const { channel, epoch, offset, id, duplicate, subscribers } = result;
  const position = offset === null ? {} : { epoch, offset };
  return { channel, ...position, id, duplicate, subscribers };
}

function done(
  fields: Record<string, unknown> | { readonly id: string; readonly connections: number },
): LineAnswer {
  return { json: JSON.stringify({ ok: true, ...fields }), end: false };
}

function refused({ code, message }: Refusal): LineAnswer {
  return { json: JSON.stringify({ ok: false, error: { code, message } }), end: false };
}
