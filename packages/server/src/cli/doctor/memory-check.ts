import { formatBytes } from "../../base/bytes.ts";
import { type Finding, ok, warn } from "./finding.ts";

const MB = 1024 ** 2;
/** The program itself, with an empty store. */
const BASE_BYTES = 120 * MB;
/** A session with a few subscriptions; TLS has buffers of its own for each. */
const SESSION_BYTES = 12 * 1024;
const TLS_BYTES = 28 * 1024;

const CHECK = "memory";

/** Whether the memory that is free holds the connections that are expected. */
export function memoryFinding(availableBytes: number, connections: number, hasTls: boolean): Finding {
  const eachBytes = SESSION_BYTES + (hasTls ? TLS_BYTES : 0);
  const neededBytes = BASE_BYTES + connections * eachBytes;
  const about = `${inMegabytes(availableBytes)} are free, and ${connections} connections need about ${inMegabytes(neededBytes)}`;
  if (availableBytes >= neededBytes) return ok(CHECK, about);
  const fitting = Math.max(100, Math.floor((availableBytes - BASE_BYTES) / eachBytes));
  return warn(CHECK, `${about}.`, `limits: { maxConnections: ${fitting} }`);
}

function inMegabytes(bytes: number): string {
  return formatBytes(Math.round(bytes / MB) * MB);
}
