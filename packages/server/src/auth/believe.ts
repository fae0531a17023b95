import { userIdProblem } from "@tidewire/protocol";
import { ANONYMOUS, type Claims, type Identity } from "../core/identity.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Open mode: a client is who it says it is. A token is not looked at, for nothing could tell what it is worth. */
export function believe({ user, info }: Claims): Identity | Refusal {
  if (user === undefined && info === undefined) return ANONYMOUS;
  const problem = user === undefined ? undefined : userIdProblem(user);
  if (problem !== undefined) return refuse("invalid_field", `user: ${problem}`);
  return {
    ...ANONYMOUS,
    user: user ?? null,
    infoJson: info === undefined ? null : JSON.stringify(info),
  };
}
