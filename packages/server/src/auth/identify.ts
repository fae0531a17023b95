import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { takesTokens } from "../config/access-mode.ts";
import { type AuthConfig, type Config, ConfigError } from "../config/config.ts";
import { ANONYMOUS, type Identify } from "../core/identity.ts";
import { refuse } from "../core/refusal.ts";
import { believe } from "./believe.ts";
import { readKey, secretKey, type TokenKey, TokenKeyError } from "./read-key.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { TokenVerifier } from "./token-verifier.ts";

/** What finding out who somebody is works with. */
export interface IdentifyPorts {
  readonly clock: Clock;
  /** A clock that never jumps. */
  readonly steadyClock: Clock;
  readonly logger: Logger;
}

const UNPROVEN_USER =
  "A user that a client names itself is not believed here. Send a token whose sub is the user, or no user.";

/** The way in which a configuration tells who a client is. Throws a ConfigError when a key cannot be used. */
export function identifyBy(config: Config, ports: IdentifyPorts): Identify {
  return takesTokens(config) ? identifyByToken(createVerifier(config.auth, ports)) : believe;
}

/**
 * By token alone. Without one a client is anonymous, and an `info` that nobody signed is dropped.
 *
 * A user without a token is refused, rather than taken for somebody without a name: whoever gives one expects to be it.
 */
function identifyByToken(verifier: TokenVerifier): Identify {
  return ({ token, user }) => {
    if (token !== undefined) return verifier.verify(token);
    return user === undefined ? ANONYMOUS : refuse("unauthorized", UNPROVEN_USER);
  };
}

/** Makes what checks tokens by the configured keys, and begins to fetch those that are published elsewhere. */
export function createVerifier(
  auth: AuthConfig,
  { clock, steadyClock, logger }: IdentifyPorts,
): TokenVerifier {
  const keys = configuredKeys(auth);
  const { url } = auth.jwks;
  const remoteKeys =
    url === null ? null : new RemoteKeys({ ...auth.jwks, url }, { clock: steadyClock, logger, fetch });
  remoteKeys?.warm();
  return new TokenVerifier({ ...auth, keys, remoteKeys, clock });
}

/** The keys that stand in the configuration. Throws a ConfigError that tells everything that is wrong with them. */
export function configuredKeys({ secrets, keys }: AuthConfig): readonly TokenKey[] {
  const problems: string[] = [];
  const read = keys.flatMap((text, index) => {
    try {
      return [readKey(text, "public", `auth.keys[${index}]`)];
    } catch (error) {
      if (!(error instanceof TokenKeyError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return [...secrets.map(secretKey), ...read];
}
