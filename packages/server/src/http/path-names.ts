import { channelNameProblem, userIdProblem } from "@tidewire/protocol";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Refuses a request whose path or query names something that cannot be a channel or a user. */
export function checkNames(
  { params, query }: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const refusal = nameRefusal(params) ?? nameRefusal(query);
  if (refusal === null) done();
  else void reply.refuse(refusal);
}

function nameRefusal(names: unknown): Refusal | null {
  if (typeof names !== "object" || names === null) return null;
  if ("channel" in names && typeof names.channel === "string") {
    const problem = channelNameProblem(names.channel);
    if (problem !== undefined) return refuse("invalid_channel", problem);
  }
  if ("user" in names && typeof names.user === "string") {
    const problem = userIdProblem(names.user);
    if (problem !== undefined) return refuse("invalid_field", `user: ${problem}`);
  }
  return null;
}
