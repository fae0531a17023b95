import type { HookData, Hooks } from "../../core/hooks.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Session } from "../../core/session.ts";
import type { DataAnswer, HookAnswer } from "./answers.ts";
import type { Asking } from "./asking.ts";

/** Asks the backend what sessions may do. */
export function backendHooks({ subscribe, publish, rpc }: Asking): Hooks {
  return {
    subscribe:
      subscribe &&
      (async (session, channel) => {
        const answer = await subscribe({ channel, ...whoAsks(session) });
        if (!("allow" in answer)) return answer;
        return answer.allow ? null : denialOf(answer);
      }),
    publish:
      publish &&
      (async (session, { channel, dataJson, id, key }) => {
        const message = { messageId: id ?? undefined, key: key ?? undefined };
        const answer = await publish({ channel, ...message, ...whoAsks(session) }, dataJson);
        return "allow" in answer ? dataOf(answer, dataJson) : answer;
      }),
    rpc:
      rpc &&
      (async (session, method, dataJson) => {
        const answer = await rpc({ method, ...whoAsks(session) }, dataJson);
        return "allow" in answer ? dataOf(answer, "null") : answer;
      }),
  };
}

/** What a hook's no is to the client. */
export function denialOf({ reason, message }: HookAnswer): Refusal {
  return { ...refuse("permission_denied", message), ...(reason === undefined ? {} : { reason }) };
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
