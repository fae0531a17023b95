import { COLOURS, type Comment } from "./comment.ts";

/** A comment drawn once, to be moved as a picture. Sizes in CSS pixels. */
export interface Sprite {
  readonly picture: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

/** Gifts and the moderator stand on a ground of their own, one's own comment in a frame. */
const GROUNDS = {
  gift: { fill: "rgb(120 62 20 / 0.82)", line: "#ffc371", text: "#ffe9c9" },
  moderator: { fill: "rgb(6 78 74 / 0.85)", line: "#4acbc0", text: "#e2fffb" },
  own: { fill: "rgb(6 16 24 / 0.55)", line: "#4acbc0", text: undefined },
} as const;

const PADDING = 10;
const OUTLINE = 3;

/** Draws a comment with letters of this size. */
export function drawSprite({ text, colour, rank }: Comment, fontPx: number, font: string): Sprite {
  const picture = document.createElement("canvas");
  const context = picture.getContext("2d");
  const height = Math.round(fontPx * 1.6);
  if (context === null) return { picture, width: 0, height };
  const face = `600 ${fontPx}px ${font}`;
  context.font = face;
  const width = Math.ceil(context.measureText(text).width) + 2 * PADDING;
  picture.width = Math.ceil(width * devicePixelRatio);
  picture.height = Math.ceil(height * devicePixelRatio);
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = face;
  context.textBaseline = "middle";
  const ground = rank === "plain" || rank === "sample" ? undefined : GROUNDS[rank];
  if (ground !== undefined) {
    context.fillStyle = ground.fill;
    context.strokeStyle = ground.line;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect(1, 1, width - 2, height - 2, height / 2);
    context.fill();
    context.stroke();
  }
  // Bright letters on a dark edge are legible on whatever is behind them.
  context.lineJoin = "round";
  context.lineWidth = OUTLINE;
  context.strokeStyle = "rgb(0 0 0 / 0.7)";
  context.strokeText(text, PADDING, height / 2);
  context.fillStyle = ground?.text ?? COLOURS[colour];
  context.fillText(text, PADDING, height / 2);
  return { picture, width, height };
}
