import type { Scene, Size } from "../scene.ts";
import { fillDown, scatter } from "./scatter.ts";

const STREET = 0.9;
const BLINKING = 26;
const CARS = 7;

/** Two rows of houses. The far one is paler, as in haze. */
const ROWS = [
  { houses: 26, low: 0.22, high: 0.52, fill: "#1d2a4d", lit: 0.16 },
  { houses: 17, low: 0.14, high: 0.42, fill: "#0d1530", lit: 0.3 },
] as const;

/** A city by night. */
export const city: Scene = {
  still(context, size) {
    const { width, height } = size;
    fillDown(context, { width, top: 0, bottom: height }, [
      [0, "#070b1d"],
      [0.55, "#1b2350"],
      [0.9, "#5a3f6e"],
    ]);
    context.fillStyle = "#e8ecf8";
    context.beginPath();
    context.arc(width * 0.2, height * 0.2, height * 0.055, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#0d1331";
    context.beginPath();
    context.arc(width * 0.2 + height * 0.024, height * 0.188, height * 0.048, 0, 2 * Math.PI);
    context.fill();
    for (const [number, row] of ROWS.entries()) houses(context, size, row, number * 1000);
    fillDown(context, { width, top: height * STREET, bottom: height }, [
      [0, "#131a33"],
      [1, "#070a18"],
    ]);
  },

  moving(context, size, timeS) {
    const { width, height } = size;
    context.fillStyle = "#ffd98a";
    for (let index = 0; index < BLINKING; index += 1) {
      // Each is on for a while and off for a while.
      if (Math.sin(timeS * 0.25 + index * 2.4) < 0.2) continue;
      const x = scatter(index + 51) * width;
      const y = height * (0.66 + 0.2 * scatter(index + 97));
      context.fillRect(Math.round(x), Math.round(y), 3, 4);
    }
    for (let car = 0; car < CARS; car += 1) {
      const leads = car % 2 === 0;
      const travelled = (timeS * (0.03 + 0.02 * scatter(car)) + scatter(car + 9)) % 1;
      const x = (leads ? travelled : 1 - travelled) * (width + 120) - 60;
      light(context, x, height * (leads ? 0.965 : 0.93), leads ? "255 236 190" : "255 92 80");
    }
  },
};

function houses(
  context: CanvasRenderingContext2D,
  { width, height }: Size,
  { houses: count, low, high, fill, lit }: (typeof ROWS)[number],
  seed: number,
): void {
  const ground = height * STREET;
  const pitch = width / count;
  for (let house = 0; house < count; house += 1) {
    const tall = (low + (high - low) * scatter(seed + house)) * height;
    const left = house * pitch - pitch * 0.1;
    const wide = pitch * (0.86 + 0.34 * scatter(seed + house + 300));
    context.fillStyle = fill;
    context.fillRect(left, ground - tall, wide, tall);
    context.fillStyle = "rgb(255 214 140 / 0.55)";
    for (let y = ground - tall + 8; y < ground - 8; y += 11) {
      for (let x = left + 6; x < left + wide - 6; x += 10) {
        if (scatter(seed + x * 3.1 + y * 7.7) < lit) context.fillRect(Math.round(x), Math.round(y), 3, 4);
      }
    }
  }
}

function light(context: CanvasRenderingContext2D, x: number, y: number, rgb: string): void {
  const glow = context.createRadialGradient(x, y, 0, x, y, 26);
  glow.addColorStop(0, `rgb(${rgb} / 0.9)`);
  glow.addColorStop(0.15, `rgb(${rgb} / 0.45)`);
  glow.addColorStop(1, `rgb(${rgb} / 0)`);
  context.fillStyle = glow;
  context.fillRect(x - 26, y - 26, 52, 52);
}
