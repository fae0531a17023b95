import type { Scene, Size } from "../scene.ts";
import { fillDown } from "./scatter.ts";

const HORIZON = 0.58;
const WAVES = 9;
const GLINTS = 11;

/** The sea at sunset, and a boat. */
export const harbour: Scene = {
  still(context, { width, height }) {
    const horizon = height * HORIZON;
    fillDown(context, { width, top: 0, bottom: horizon }, [
      [0, "#14213f"],
      [0.5, "#4a4470"],
      [0.82, "#b8646a"],
      [1, "#f0a267"],
    ]);
    const x = width * 0.68;
    const radius = height * 0.13;
    const glow = context.createRadialGradient(x, horizon, radius * 0.5, x, horizon, radius * 4);
    glow.addColorStop(0, "rgb(255 214 150 / 0.75)");
    glow.addColorStop(1, "rgb(255 190 130 / 0)");
    context.fillStyle = glow;
    context.fillRect(0, 0, width, horizon);
    context.fillStyle = "#ffe2a8";
    context.beginPath();
    context.arc(x, horizon, radius, Math.PI, 0);
    context.fill();
    hills(context, { width, height });
    fillDown(context, { width, top: horizon, bottom: height }, [
      [0, "#8a5560"],
      [0.25, "#3c3f63"],
      [1, "#0d1a30"],
    ]);
  },

  moving(context, size, timeS) {
    const { width, height } = size;
    const horizon = height * HORIZON;
    context.fillStyle = "rgb(255 214 150 / 0.5)";
    for (let glint = 0; glint < GLINTS; glint += 1) {
      const depth = (glint + 0.5) / GLINTS;
      const wide = height * (0.05 + 0.16 * depth) * (0.75 + 0.25 * Math.sin(timeS * 1.3 + glint * 2.1));
      const sway = Math.sin(timeS * 0.7 + glint) * height * 0.012;
      context.globalAlpha = 0.75 - 0.6 * depth;
      context.fillRect(width * 0.68 - wide + sway, horizon + depth * (height - horizon), wide * 2, 2);
    }
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    for (let wave = 0; wave < WAVES; wave += 1) {
      const depth = (wave + 1) / (WAVES + 1);
      const y = horizon + depth * depth * (height - horizon);
      context.strokeStyle = `rgb(190 205 235 / ${0.05 + 0.1 * depth})`;
      context.beginPath();
      for (let x = 0; x <= width + 16; x += 16) {
        const rise = Math.sin(x * (0.03 - 0.018 * depth) + timeS * (0.5 + depth) + wave * 1.7);
        context.lineTo(x, y + rise * 5 * depth);
      }
      context.stroke();
    }
    boat(context, size, timeS);
  },
};

function hills(context: CanvasRenderingContext2D, { width, height }: Size): void {
  const horizon = height * HORIZON;
  context.fillStyle = "#3a3a5e";
  context.beginPath();
  context.moveTo(0, horizon);
  for (let x = 0; x <= width * 0.5; x += 6) {
    const place = x / (width * 0.5);
    const rise = (1 - place) * (0.1 + 0.03 * Math.sin(place * 9) + 0.015 * Math.sin(place * 23));
    context.lineTo(x, horizon - Math.max(0, rise) * height);
  }
  context.lineTo(width * 0.5, horizon);
  context.fill();
}

/** It crosses the bay in some minutes, and comes again. */
function boat(context: CanvasRenderingContext2D, { width, height }: Size, timeS: number): void {
  const unit = height * 0.055;
  const x = ((timeS * 0.006 + 0.3) % 1.2) * width - width * 0.1;
  context.save();
  context.translate(x, height * (HORIZON + 0.13) + Math.sin(timeS * 1.1) * 2);
  context.rotate(Math.sin(timeS * 0.9) * 0.03);
  context.fillStyle = "#f4e8dc";
  triangle(context, [0, -unit * 3.2], [0, -unit * 0.5], [unit * 1.5, -unit * 0.5]);
  context.fillStyle = "#d8c4bd";
  triangle(context, [-unit * 0.15, -unit * 2.7], [-unit * 0.15, -unit * 0.5], [-unit * 1.1, -unit * 0.5]);
  context.fillStyle = "#1a2033";
  context.beginPath();
  context.moveTo(-unit * 1.5, -unit * 0.35);
  context.lineTo(unit * 1.7, -unit * 0.35);
  context.quadraticCurveTo(unit * 1.2, unit * 0.35, unit * 0.7, unit * 0.35);
  context.lineTo(-unit * 0.9, unit * 0.35);
  context.fill();
  context.restore();
}

type Point = readonly [number, number];

function triangle(context: CanvasRenderingContext2D, one: Point, two: Point, three: Point): void {
  context.beginPath();
  context.moveTo(...one);
  context.lineTo(...two);
  context.lineTo(...three);
  context.fill();
}
