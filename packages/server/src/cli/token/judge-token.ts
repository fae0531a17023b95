import { createVerifier } from "../../auth/identify.ts";
import type { Logger } from "../../base/logger.ts";
import { monotonicClock, systemClock } from "../../base/system-clock.ts";
import { takesTokens } from "../../config/access-mode.ts";
import type { Config } from "../../config/config.ts";
import type { Identity } from "../../core/identity.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { Terminal } from "../terminal.ts";

/** A token that was asked about is not accepted. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
}

/** Says why a server with this configuration would not take a token; null when it would. */
export async function judgeToken(token: string, config: Config, terminal: Terminal): Promise<string | null> {
  const verdict = await verifyToken(token, config, terminal);
  if (!("code" in verdict)) return null;
  return `A server with this configuration refuses it (${verdict.code}). ${verdict.message}`;
}

const OPEN_MODE: Refusal = {
  ok: false,
  code: "token_invalid",
  message: "No key is configured, so it is in open mode and looks at no token.",
};

/** Checks a token as the server would. Keys that are published elsewhere are fetched for it. */
export async function verifyToken(
  token: string,
  config: Config,
  terminal: Terminal,
): Promise<Identity | Refusal> {
  if (!takesTokens(config)) return OPEN_MODE;
  const ports = { clock: systemClock, steadyClock: monotonicClock, logger: complainingTo(terminal) };
  return createVerifier(config.auth, ports).verify(token);
}

/** What fetching keys has to complain about goes to the person. */
function complainingTo(terminal: Terminal): Logger {
  const ignore = (): void => {};
  return {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: (fields, message) => {
      const reason = "err" in fields && fields.err instanceof Error ? `: ${fields.err.message}` : "";
      terminal.complain(`tidewire: ${message}${reason}`);
    },
  };
}
