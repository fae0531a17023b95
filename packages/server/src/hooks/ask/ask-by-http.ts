import { connectAnswer, dataAnswer, hookAnswer } from "./answers.ts";
import type { Asking } from "./asking.ts";
import type { HookCaller } from "./hook-caller.ts";

/** The callers of the hooks that have a URL. */
export interface HookCallers {
  readonly connect: HookCaller | null;
  readonly subscribe: HookCaller | null;
  readonly publish: HookCaller | null;
  readonly rpc: HookCaller | null;
}

/** Asks by HTTP, one JSON object for each question. */
export function askByHttp({ connect, subscribe, publish, rpc }: HookCallers): Asking {
  return {
    connect:
      connect &&
      ((question, infoJson) =>
        connect.ask(withJson({ hook: "connect", ...question }, "info", infoJson), connectAnswer)),
    subscribe:
      subscribe &&
      ((question) => subscribe.ask(JSON.stringify({ hook: "subscribe", ...question }), hookAnswer)),
    publish:
      publish &&
      ((question, dataJson) =>
        publish.ask(withJson({ hook: "publish", ...question }, "data", dataJson), dataAnswer)),
    rpc:
      rpc &&
      ((question, dataJson) => rpc.ask(withJson({ hook: "rpc", ...question }, "data", dataJson), dataAnswer)),
  };
}

/** The value is text already, and is not parsed only to be written again. null leaves it out. */
function withJson(facts: object, name: string, json: string | null): string {
  const text = JSON.stringify(facts);
  return json === null ? text : `${text.slice(0, -1)},"${name}":${json}}`;
}
