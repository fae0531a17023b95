import { MAX_DEVICE_LENGTH, userIdProblem } from "@tidewire/protocol";
import { ANONYMOUS, type Claims, type Identity } from "../core/identity.ts";
import { type Refusal, refuse } from "../core/refusal.ts";

/** Open mode: a client is who it says it is. A token is not looked at, for nothing could tell what it is worth. */
export function believe({ user, info, device }: Claims): Identity | Refusal {
  if (user === undefined && info === undefined) return ANONYMOUS;
  const problem = user === undefined ? undefined : userIdProblem(user);
  if (problem !== undefined) return refuse("invalid_field", `user: ${problem}`);
  if (device === "" || (device ?? "").length > MAX_DEVICE_LENGTH)
    return refuse("invalid_field", `device: must have 1 to ${MAX_DEVICE_LENGTH} characters`);
  return {
    ...ANONYMOUS,
    device: device ?? null,
    user: user ?? null,
    infoJson: info === undefined ? null : JSON.stringify(info),
  };
}
