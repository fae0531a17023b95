import type { ConnectAnswer, DataAnswer, HookAnswer } from "./answers.ts";
import type { ConnectQuestion, PublishQuestion, RpcQuestion, SubscribeQuestion } from "./asking.ts";

/** An answer whose value may be of any type that JSON has a form for. */
type Loose<Answer, Name extends string> = Omit<Answer, Name> & { readonly [Value in Name]?: unknown };

/**
 * A program's hooks as functions: what a backend would be asked by HTTP, asked in the same process.
 *
 * Each may return a promise. One that throws, takes longer than the hook's `timeoutMs`, or returns what is no answer refuses whoever asked,
 * and the log says so. Who asks is in the question; docs/hooks.md tells what the fields of the answers mean.
 */
export interface HookFunctions {
  /** Who is this, and may they connect? With it the server is not in open mode. */
  readonly connect?: (
    question: ConnectQuestion & { readonly info?: unknown },
  ) => Awaitable<Loose<ConnectAnswer, "info">>;
  /** Asked where the rule of the channel says `subscribe: hook`. */
  readonly subscribe?: (question: SubscribeQuestion) => Awaitable<HookAnswer>;
  /** Asked where the rule of the channel says `publish: hook`. */
  readonly publish?: (
    question: PublishQuestion & { readonly data: unknown },
  ) => Awaitable<Loose<DataAnswer, "data">>;
  /** What a client calls. */
  readonly rpc?: (question: RpcQuestion & { readonly data: unknown }) => Awaitable<Loose<DataAnswer, "data">>;
}

type Awaitable<Value> = Value | PromiseLike<Value>;
