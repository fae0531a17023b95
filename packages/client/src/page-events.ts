import type { Page } from "./environment.ts";
import type { ConnectionEvent } from "./connection-event.ts";

/**
 * Watches the page and tells what it means for the connection, until the returned function is called.
 *
 * A page that was hidden for longer than `trustHiddenMs` doubts its socket when it is seen again; a shorter look at
 * another tab changes nothing. One that was frozen doubts it whether it is seen or not. `pagehide` and `pageshow` frame a
 * stay in the page cache; after that some browsers tell nothing else.
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
  const removals: (() => void)[] = [];
  // Not by an AbortSignal: Node 20 forgets all but the last listener of a target when it collects garbage.
  const listen = (target: EventTarget, name: string, listener: (event: Event) => void): void => {
    target.addEventListener(name, listener);
    removals.push(() => target.removeEventListener(name, listener));
  };
  const doubt = (): void => tell({ type: "wake", doubt: true });
  listen(document, "visibilitychange", onVisibility);
  listen(document, "resume", doubt);
  listen(window, "online", doubt);
  listen(window, "offline", () => tell({ type: "offline" }));
  listen(window, "pagehide", () => tell({ type: "hide" }));
  listen(window, "pageshow", (event) => tell({ type: "show", doubt: isPersisted(event) }));
  return () => removals.forEach((remove) => remove());
}

/** Whether a `pageshow` brings a page back from the page cache; the first one of a page does not. */
function isPersisted(event: Event): boolean {
  return "persisted" in event && event.persisted === true;
}
