import type { Refusal } from "../../core/refusal.ts";
import type { ConnectAnswer, DataAnswer, HookAnswer } from "./answers.ts";

/** Somebody who wants to connect, and what is known of them. */
export interface ConnectQuestion {
  /** What the client sent; a secret. Absent where tokens are checked by keys, and then `user` and `device` come from it. */
  readonly token?: string | undefined;
  readonly address: string;
  /** The page that the client runs on; absent outside of browsers. */
  readonly origin?: string | undefined;
  readonly user?: string | undefined;
  readonly device?: string | undefined;
}

/** The session that asks. */
interface Asker {
  /** Its public id. */
  readonly connection: string;
  readonly user?: string | undefined;
  readonly device?: string | undefined;
  readonly info?: unknown;
}

/** May this session receive the channel? */
export interface SubscribeQuestion extends Asker {
  readonly channel: string;
}

/** May this session publish to the channel? */
export interface PublishQuestion extends Asker {
  readonly channel: string;
  readonly messageId?: string | undefined;
  readonly key?: string | undefined;
}

/** What is the answer to this call? */
export interface RpcQuestion extends Asker {
  readonly method: string;
}

/**
 * The port to whatever carries questions to the backend and brings its answers back.
 *
 * Nobody answers a hook that is null. None of them rejects: without an answer that can be used it is a refusal. What clients wrote comes as JSON
 * text, so that it can be handed on to the last digit.
 */
export interface Asking {
  readonly connect:
    | ((question: ConnectQuestion, infoJson: string | null) => Promise<ConnectAnswer | Refusal>)
    | null;
  readonly subscribe: ((question: SubscribeQuestion) => Promise<HookAnswer | Refusal>) | null;
  readonly publish: ((question: PublishQuestion, dataJson: string) => Promise<DataAnswer | Refusal>) | null;
  readonly rpc: ((question: RpcQuestion, dataJson: string) => Promise<DataAnswer | Refusal>) | null;
}
