import { isLoopbackAddress } from "../base/address.ts";
import type { Config } from "./config.ts";

/**
 * How the server knows its clients.
 *
 * `open`: it does not, and believes what they say. `authenticated`: tokens or a connect hook prove who somebody is.
 */
export type AccessMode = "open" | "authenticated";

/** The mode that a configuration leads to: whatever can prove an identity ends open mode. */
export function accessModeOf(config: Config): AccessMode {
  return takesTokens(config) || config.hooks.connect.url !== null ? "authenticated" : "open";
}

/** Whether there is any key to check a token with. */
export function takesTokens({ auth }: Config): boolean {
  return auth.secrets.length > 0 || auth.keys.length > 0 || auth.jwks.url !== null;
}

/** Says why a server must not listen where it was told to; undefined when it may. */
export function bindProblem(config: Config): string | undefined {
  const { host } = config.listen;
  if (accessModeOf(config) !== "open" || config.insecure || isLoopbackBind(host)) return undefined;
  return (
    `Refusing to listen on ${host === "" ? "all addresses" : host}: without authentication everybody who reaches the server may read and ` +
    "write everything. Listen on 127.0.0.1, or accept that with --insecure."
  );
}

function isLoopbackBind(host: string): boolean {
  return host.toLowerCase() === "localhost" || isLoopbackAddress(host);
}
