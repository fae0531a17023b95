import { channelNameProblem, userIdProblem } from "@tidewire/protocol";
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import { type Refusal, refuse } from "../core/refusal.ts";

/** The channel and the user that a path or a query names. */
export interface RequestNames {
  readonly channel?: string;
  readonly user?: string;
}

/** Reads the names out of a request's parameters. */
export function namesOf(parameters: unknown): RequestNames {
  if (typeof parameters !== "object" || parameters === null) return {};
  return {
    ...("channel" in parameters && typeof parameters.channel === "string" && { channel: parameters.channel }),
    ...("user" in parameters && typeof parameters.user === "string" && { user: parameters.user }),
  };
}

/** Refuses a request whose path or query names something that cannot be a channel or a user. */
export function checkNames(
  { params, query }: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const refusal = nameRefusal(namesOf(params)) ?? nameRefusal(namesOf(query));
  if (refusal === null) done();
  else void reply.refuse(refusal);
}

function nameRefusal({ channel, user }: RequestNames): Refusal | null {
  const channelProblem = channel === undefined ? undefined : channelNameProblem(channel);
  if (channelProblem !== undefined) return refuse("invalid_channel", channelProblem);
  const userProblem = user === undefined ? undefined : userIdProblem(user);
  return userProblem === undefined ? null : refuse("invalid_field", `user: ${userProblem}`);
}
