import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { RoomLog } from "./room-log.ts";

/** A row that is being read, and where it stands in the box. */
interface Anchor {
  readonly row: HTMLElement;
  /** Of its lower edge: its upper one moves when it gets or loses its author's name. */
  readonly bottom: number;
}

/** So near to the end counts as the end: a fractional zoom never scrolls to it exactly. */
const AT_END_PX = 48;

/**
 * Keeps the newest in view while following, and otherwise the row that is being read in its place.
 *
 * Rows come in above while earlier messages are loaded. Browsers that anchor the scroll position by themselves are told not to by the style sheet.
 * `onScroll` is told whether the newest are in view.
 */
export function useSteadyScroll(
  scroller: { readonly current: HTMLDivElement | null },
  log: RoomLog,
  outgoing: number,
  onScroll: (atEnd: boolean) => void,
): void {
  const anchor = useRef<Anchor>(undefined);
  const following = useRef(log.following);
  following.current = log.following;
  const listener = useRef(onScroll);
  listener.current = onScroll;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const { current } = anchor;
    if (log.following) box.scrollTop = box.scrollHeight;
    else if (current?.row.isConnected === true) box.scrollTop = lowerEdge(current.row) - current.bottom;
    anchor.current = firstInView(box);
  }, [scroller, log, outgoing]);

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const scrolled = (): void => {
      // First, since the listener may draw the list again.
      anchor.current = firstInView(box);
      listener.current(box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX);
    };
    // The box shrinks when the on-screen keyboard opens.
    const observer = new ResizeObserver(() => {
      if (following.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    box.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", scrolled);
    };
  }, [scroller]);
}

/** The first message in view. Lines between messages do not count: they go when an earlier page comes in above. */
function firstInView(box: HTMLElement): Anchor | undefined {
  for (const row of box.querySelectorAll<HTMLElement>(".row")) {
    if (lowerEdge(row) > box.scrollTop) return { row, bottom: lowerEdge(row) - box.scrollTop };
  }
  return undefined;
}

function lowerEdge(row: HTMLElement): number {
  return row.offsetTop + row.offsetHeight;
}
