/**
 * Keeps `--viewport-height` at what is visible of the page, until the function it returns is called.
 *
 * An on-screen keyboard shrinks the layout on Android by a meta tag; iOS covers the page and tells only the visual viewport.
 */
export function followViewportHeight(): () => void {
  const viewport = window.visualViewport;
  if (viewport === null) return () => undefined;
  const update = (): void => {
    // A pinch shrinks the visual viewport as well, and must not shrink the page.
    if (viewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--viewport-height", `${Math.round(viewport.height)}px`);
  };
  update();
  viewport.addEventListener("resize", update);
  return () => viewport.removeEventListener("resize", update);
}
