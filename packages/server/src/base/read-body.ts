import type { Readable } from "node:stream";
import { Pieces } from "./pieces.ts";

/**
 * Reads a request's body; null when it has more than `maxBytes`, as soon as that is known.
 *
 * `declared` is the request's `Content-Length`. Rejects when the client goes away before the end. What comes beyond the limit is
 * dropped, not kept.
 */
export function readBody(
  body: Readable,
  declared: string | undefined,
  maxBytes: number,
): Promise<Buffer | null> {
  if (Number(declared ?? 0) > maxBytes) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const pieces = new Pieces();
    let isTooLong = false;
    body.on("data", (chunk: Buffer) => {
      if (isTooLong) return;
      pieces.add(chunk);
      isTooLong = pieces.length > maxBytes;
      if (!isTooLong) return;
      pieces.clear();
      resolve(null);
    });
    body.on("end", () => resolve(pieces.take()));
    body.on("error", reject);
  });
}
