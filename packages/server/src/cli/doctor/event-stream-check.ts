import { type Finding, fail, ok, warn } from "./finding.ts";

const CHECK = "event streams";
/** A server writes the first event at once, and the slowest network brings it by then. */
const PATIENCE_MS = 10_000;
/** The channel that is asked for. Nobody has to be able to read it. */
const CHANNEL = "tidewire.doctor";

const NO_BUFFERING = "proxy_buffering off;   # nginx, in the location of /events";

/** Whether server-sent events arrive when they are written, rather than when a proxy's buffer is full. */
export async function eventStreamFinding(
  url: string,
  token: string | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Finding> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patienceMs);
  try {
    const response = await fetch(`${url}/events?channel=${CHANNEL}`, {
      signal: abort.signal,
      headers: {
        accept: "text/event-stream",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    if (response.status !== 200) {
      return warn(CHECK, `They are refused (status ${response.status}).`, "tidewire doctor --token TOKEN …");
    }
    const first = await response.body?.getReader().read();
    if (first?.done === false) return ok(CHECK, "events come through as they are written");
    return fail(CHECK, "The stream ends at once.", NO_BUFFERING);
  } catch {
    return fail(CHECK, `Nothing comes within ${patienceMs / 1000} s: a proxy holds it back.`, NO_BUFFERING);
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
