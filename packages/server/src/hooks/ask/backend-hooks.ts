import type { ClientMessage, HookData, Hooks } from "../../core/hooks.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Session } from "../../core/session.ts";
import { type DataAnswer, dataAnswer, type HookAnswer, hookAnswer } from "./answers.ts";
import type { HookCaller } from "./hook-caller.ts";

/** The callers of the hooks that are configured. */
export interface HookCallers {
  readonly subscribe: HookCaller | null;
  readonly publish: HookCaller | null;
  readonly rpc: HookCaller | null;
}

/** Asks the backend what sessions may do. */
export function backendHooks({ subscribe, publish, rpc }: HookCallers): Hooks {
  return {
    subscribe: subscribe === null ? null : (session, channel) => mayReceive(subscribe, session, channel),
    publish: publish === null ? null : (session, message) => mayPublish(publish, session, message),
    rpc: rpc === null ? null : (session, method, dataJson) => call(rpc, session, method, dataJson),
  };
}

/** What a hook's no is to the client. */
export function denialOf({ reason, message }: HookAnswer): Refusal {
  return { ...refuse("permission_denied", message), ...(reason === undefined ? {} : { reason }) };
}

async function mayReceive(caller: HookCaller, session: Session, channel: string): Promise<Refusal | null> {
  const answer = await caller.ask(
    JSON.stringify({ hook: "subscribe", channel, ...whoAsks(session) }),
    hookAnswer,
  );
  if (!("allow" in answer)) return answer;
  return answer.allow ? null : denialOf(answer);
}

async function mayPublish(
  caller: HookCaller,
  session: Session,
  { channel, dataJson, id, key }: ClientMessage,
): Promise<Refusal | HookData> {
  const message = { messageId: id ?? undefined, key: key ?? undefined };
  const facts = JSON.stringify({ hook: "publish", channel, ...message, ...whoAsks(session) });
  const answer = await caller.ask(withData(facts, dataJson), dataAnswer);
  if (!("allow" in answer)) return answer;
  return dataOf(answer, dataJson);
}

async function call(
  caller: HookCaller,
  session: Session,
  method: string,
  dataJson: string,
): Promise<Refusal | HookData> {
  const facts = JSON.stringify({ hook: "rpc", method, ...whoAsks(session) });
  const answer = await caller.ask(withData(facts, dataJson), dataAnswer);
  if (!("allow" in answer)) return answer;
  return dataOf(answer, "null");
}

/** Without data of its own an answer means `otherwise`. */
function dataOf(answer: DataAnswer, otherwise: string): Refusal | HookData {
  if (!answer.allow) return denialOf(answer);
  return { ok: true, dataJson: answer.data === undefined ? otherwise : JSON.stringify(answer.data) };
}

function whoAsks({ identity, connection }: Session) {
  const { user, infoJson, device } = identity;
  const info: unknown = infoJson === null ? undefined : JSON.parse(infoJson);
  return { connection, user: user ?? undefined, device: device ?? undefined, info };
}

/** The data is text already, and is not parsed only to be written again. */
function withData(facts: string, dataJson: string): string {
  return `${facts.slice(0, -1)},"data":${dataJson}}`;
}
