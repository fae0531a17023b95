/** Where a scene is drawn, in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A calm picture that moves: the video of a room. */
export interface Scene {
  /** What stands still, drawn once for a size. */
  still(context: CanvasRenderingContext2D, size: Size): void;
  /** What moves, drawn over it for each frame. */
  moving(context: CanvasRenderingContext2D, size: Size, timeS: number): void;
}
