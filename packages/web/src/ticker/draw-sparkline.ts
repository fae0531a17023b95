import { type Point, SPARK_WINDOW_MS } from "./board.ts";

/** In CSS pixels; given, so that drawing never asks for the layout. */
export interface SparkSize {
  readonly width: number;
  readonly height: number;
}

/** What is drawn into a canvas. */
interface Sparkline {
  readonly points: readonly Point[];
  readonly ink: string;
  readonly size: SparkSize;
}

/** Keeps the line, which is 1.5 wide, inside. */
const EDGE = 2;

/** The narrowest range that fills the height, as a part of the price: a quiet price stays a quiet line. */
const LEAST_RANGE = 0.002;

/** Draws where a price was in the last seconds: the newest is at the right edge. */
export function drawSparkline(canvas: HTMLCanvasElement, { points, ink, size }: Sparkline): void {
  const { width, height } = size;
  const context = canvas.getContext("2d");
  const newest = points.at(-1);
  if (context === null || newest === undefined) return;
  fit(canvas, size);
  const { low, high } = rangeOf(points, newest.price);
  const xOf = (at: number): number =>
    width - EDGE - ((newest.at - at) / SPARK_WINDOW_MS) * (width - 2 * EDGE);
  const yOf = (price: number): number => EDGE + ((high - price) / (high - low)) * (height - 2 * EDGE);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.beginPath();
  for (const { at, price } of points) context.lineTo(xOf(at), yOf(price));
  context.stroke();
  context.beginPath();
  context.arc(xOf(newest.at), yOf(newest.price), EDGE, 0, 2 * Math.PI);
  context.fill();
}

function rangeOf(points: readonly Point[], price: number): { readonly low: number; readonly high: number } {
  let low = price;
  let high = price;
  for (const point of points) {
    low = Math.min(low, point.price);
    high = Math.max(high, point.price);
  }
  const missing = Math.max(0, price * LEAST_RANGE - (high - low)) / 2;
  return { low: low - missing, high: high + missing };
}

function fit(canvas: HTMLCanvasElement, size: SparkSize): void {
  const [width, height] = [
    Math.round(size.width * devicePixelRatio),
    Math.round(size.height * devicePixelRatio),
  ];
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
}
