import type { Side } from "./episode.ts";
import type { Laboratory } from "./laboratory.ts";
import { type Fate, fateOf } from "./timeline.ts";

/** The colours of a drawing, as CSS has computed them. */
export type Ink = Readonly<Record<Fate | "treated", string>>;

/** What is drawn into a canvas. */
interface Drawing {
  readonly laboratory: Laboratory;
  readonly side: Side;
  readonly ink: Ink;
  /** How much time the width of the canvas is. */
  readonly windowMs: number;
}

/** How high a mark is, as parts of the canvas. What was missed stands out by its shape as well. */
const HEIGHTS: Readonly<Record<Fate, number>> = { heard: 0.55, filled: 0.8, lost: 0.3, awaited: 0.15 };

const MARK_WIDTH = 2;

/** Draws one side: a mark for each message where it was sent, behind them the times of treatment. */
export function drawTimeline(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const context = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (context === null || width === 0) return;
  fit(canvas, width, height);
  const { laboratory, side, ink, windowMs } = drawing;
  const nowMs = Date.now();
  const xOf = (atMs: number): number => width - ((nowMs - atMs) / windowMs) * width;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);

  context.fillStyle = ink.treated;
  for (const { beganAtMs, endedAtMs } of laboratory.view.value.episodes) {
    const left = xOf(beganAtMs);
    context.fillRect(left, 0, xOf(endedAtMs ?? nowMs) - left, height);
  }
  for (const message of laboratory.timeline.messages) {
    const x = xOf(message.sentAtMs);
    if (x < -MARK_WIDTH) continue;
    const fate = fateOf(message, side, laboratory.isLost(side, message.number));
    context.fillStyle = ink[fate];
    const markHeight = height * HEIGHTS[fate];
    context.fillRect(x - MARK_WIDTH, height - markHeight, MARK_WIDTH, markHeight);
    if (fate === "lost") cross(context, x - MARK_WIDTH / 2, height * 0.3, ink.lost);
  }
}

/** A small cross, for those who do not see the colour. */
function cross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - 2, y - 2);
  context.lineTo(x + 2, y + 2);
  context.moveTo(x + 2, y - 2);
  context.lineTo(x - 2, y + 2);
  context.stroke();
}

function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [pixelWidth, pixelHeight] = [
    Math.round(width * devicePixelRatio),
    Math.round(height * devicePixelRatio),
  ];
  if (canvas.width === pixelWidth && canvas.height === pixelHeight) return;
  canvas.width = pixelWidth;
  canvas.height = pixelHeight;
}
