import type { Page } from "./environment.ts";
import type { ConnectionEvent } from "./state-machine.ts";

/**
 * Watches the page and tells what it means for the connection, until the returned function is called.
 *
 * A page that was hidden for longer than `trustHiddenMs` doubts its socket when it is seen again; a shorter look at
 * another tab changes nothing. `pagehide` and `pageshow` frame a stay in the page cache.
 */
export function watchPage(
  page: Page,
  trustHiddenMs: number,
  now: () => number,
  tell: (event: ConnectionEvent) => void,
): () => void {
  const { window, document } = page;
  const isHidden = (): boolean => document.visibilityState === "hidden";
  let hiddenAtMs = isHidden() ? now() : undefined;
  const onVisibility = (): void => {
    if (isHidden()) {
      hiddenAtMs ??= now();
      return;
    }
    const doubt = hiddenAtMs !== undefined && now() - hiddenAtMs > trustHiddenMs;
    hiddenAtMs = undefined;
    tell({ type: "wake", doubt });
  };
  const stop = new AbortController();
  const { signal } = stop;
  document.addEventListener("visibilitychange", onVisibility, { signal });
  window.addEventListener("online", () => tell({ type: "wake", doubt: true }), { signal });
  window.addEventListener("offline", () => tell({ type: "offline" }), { signal });
  window.addEventListener("pagehide", () => tell({ type: "hide" }), { signal });
  window.addEventListener("pageshow", () => tell({ type: "show" }), { signal });
  return () => stop.abort();
}
