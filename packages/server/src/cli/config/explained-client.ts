import { userIdProblem } from "@tidewire/protocol";
import { accessModeOf } from "../../config/access-mode.ts";
import { type Config, ConfigError } from "../../config/config.ts";
import type { ClientActor } from "../../policy/actor.ts";
import type { Options } from "../command.ts";
import type { Terminal } from "../terminal.ts";

/** The flags of `config explain`. */
export interface ExplainOptions extends Options {
  readonly user?: string;
  readonly token?: string;
}

/**
 * The client that is asked about.
 *
 * With a token it is what the token says, and one that would be refused is an error. A user alone is taken for proven where
 * the server asks for proof: the question is what the rules say. Rejects with a ConfigError or a TokenRefused.
 */
export async function clientOf(
  { user, token }: ExplainOptions,
  config: Config,
  terminal: Terminal,
): Promise<ClientActor> {
  const problem = user === undefined ? undefined : userIdProblem(user);
  if (problem !== undefined) throw new ConfigError(`--user: ${problem}`);
  if (token === undefined) {
    const authenticated = user !== undefined && accessModeOf(config) === "authenticated";
    return { kind: "client", user: user ?? null, authenticated, grants: null };
  }
  const { TokenRefused, verifyToken } = await import("../token/judge-token.ts");
  const identity = await verifyToken(token, config, terminal);
  if ("code" in identity) throw new TokenRefused(`--token: ${identity.message}`);
  if (user !== undefined && identity.user !== user) {
    throw new ConfigError("--token is of another user than --user. Give one of them.");
  }
  const { authenticated, grants } = identity;
  return { kind: "client", user: identity.user, authenticated, grants };
}
