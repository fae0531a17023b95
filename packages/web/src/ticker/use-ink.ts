import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMedia } from "../look/use-media.ts";

/** The colours of what rises and what falls, as CSS has computed them for the theme and the language. */
export interface Ink {
  readonly up: string;
  readonly down: string;
}

/** Reads the colours from two elements that have them, and again when theme or language change: a canvas does not follow them by itself. */
export function useInk(up: RefObject<HTMLElement>, down: RefObject<HTMLElement>): Ink {
  const [ink, setInk] = useState<Ink>({ up: "gray", down: "gray" });
  const isDark = useMedia("(prefers-color-scheme: dark)");
  useEffect(() => {
    const read = (): void => {
      if (up.current === null || down.current === null) return;
      setInk({ up: getComputedStyle(up.current).color, down: getComputedStyle(down.current).color });
    };
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ["lang", "data-theme"] });
    return () => observer.disconnect();
  }, [up, down, isDark]);
  return ink;
}
