/** Calls back when the signal aborts, until what it returns is called. Without a signal nothing happens. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  signal?.addEventListener("abort", callback);
  return () => signal?.removeEventListener("abort", callback);
}
