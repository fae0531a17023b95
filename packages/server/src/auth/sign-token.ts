import { SignJWT } from "jose";
import type { TokenKey } from "./read-key.ts";

/** Signs a token with these claims (RFC 7519); the key decides the algorithm, and its id becomes the `kid`. */
export function signToken(
  claims: Readonly<Record<string, unknown>>,
  { key, algorithm, id }: TokenKey,
): Promise<string> {
  const header = { alg: algorithm, typ: "JWT", ...(id === undefined ? {} : { kid: id }) };
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
}
