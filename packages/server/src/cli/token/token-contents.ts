import { Problem } from "@tidewire/protocol";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { readClaims } from "../../auth/token-claims.ts";

/** Lists what a token says, whether or not it is true. Its signature is not shown. Nothing for what is no token. */
export function tokenContents(token: string, nowMs: number): readonly string[] {
  const decoded = decode(token);
  if (decoded === null) return [];
  const { header, payload } = decoded;
  const claims = readClaims(payload);
  const rows = Object.entries({ ...header, ...payload }).map(
    ([name, value]) => [name, written(name, value, nowMs)] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const hint = claims instanceof Problem ? [`Its claims cannot be used. ${claims.message}.`, ""] : [];
  return ["It says:", "", ...lines, "", ...hint];
}

function decode(token: string): { readonly header: object; readonly payload: object } | null {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
  } catch {
    return null;
  }
}

const TIMES: ReadonlySet<string> = new Set(["exp", "nbf", "iat"]);

function written(name: string, value: unknown, nowMs: number): string {
  // As JSON, since what a token says must not move a terminal's cursor.
  const json = JSON.stringify(value);
  if (!TIMES.has(name) || typeof value !== "number" || Math.abs(value) > 8.64e12) return json;
  const seconds = Math.round(value - nowMs / 1000);
  const away = seconds >= 0 ? `in ${seconds} s` : `${-seconds} s ago`;
  return `${json}  (${new Date(value * 1000).toISOString()}, ${away})`;
}
