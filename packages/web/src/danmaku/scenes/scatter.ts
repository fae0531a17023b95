/** A number from 0 to 1 for each index: always the same, and without a pattern that one sees. */
export function scatter(index: number): number {
  const value = Math.sin(index * 127.1 + 311.7) * 43_758.545;
  return value - Math.floor(value);
}

/** Fills the canvas from top to bottom with these colours, each from its place (0 to 1) on. */
export function fillDown(
  context: CanvasRenderingContext2D,
  { width, top, bottom }: { readonly width: number; readonly top: number; readonly bottom: number },
  stops: readonly (readonly [number, string])[],
): void {
  const gradient = context.createLinearGradient(0, top, 0, bottom);
  for (const [place, colour] of stops) gradient.addColorStop(place, colour);
  context.fillStyle = gradient;
  context.fillRect(0, top, width, bottom - top);
}
