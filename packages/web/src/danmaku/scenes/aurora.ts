import type { Scene, Size } from "../scene.ts";
import { fillDown, scatter } from "./scatter.ts";

const STARS = 90;
const STRIP = 14;

const CURTAINS = [
  { y: 0.2, rgb: "82 240 170", speed: 0.16, bend: 0.1 },
  { y: 0.32, rgb: "90 200 250", speed: 0.11, bend: 0.07 },
  { y: 0.14, rgb: "190 120 250", speed: 0.07, bend: 0.06 },
] as const;

/** Northern lights over mountains. */
export const aurora: Scene = {
  still(context, size) {
    const { width, height } = size;
    fillDown(context, { width, top: 0, bottom: height }, [
      [0, "#040a1c"],
      [0.6, "#0c2440"],
      [1, "#1a4a5c"],
    ]);
    context.fillStyle = "#dfeaff";
    for (let star = 0; star < STARS; star += 1) {
      context.globalAlpha = 0.25 + 0.6 * scatter(star + 7);
      const size = scatter(star + 401) < 0.15 ? 2 : 1;
      context.fillRect(scatter(star) * width, scatter(star + 200) * height * 0.62, size, size);
    }
    context.globalAlpha = 1;
  },

  moving(context, size, timeS) {
    const { width, height } = size;
    context.globalCompositeOperation = "lighter";
    for (const { y, rgb, speed, bend } of CURTAINS) {
      const gradient = context.createLinearGradient(0, 0, 0, height * 0.36);
      gradient.addColorStop(0, `rgb(${rgb} / 0)`);
      gradient.addColorStop(0.75, `rgb(${rgb} / 0.4)`);
      gradient.addColorStop(1, `rgb(${rgb} / 0)`);
      context.fillStyle = gradient;
      for (let x = 0; x < width; x += STRIP) {
        const place = x / width;
        const rise = Math.sin(place * 5 + timeS * speed) + 0.5 * Math.sin(place * 11 - timeS * speed * 1.7);
        context.globalAlpha = 0.45 + 0.4 * Math.sin(place * 17 + timeS * speed * 3 + y * 20);
        context.save();
        context.translate(x, (y + bend * rise) * height - height * 0.1);
        context.fillRect(0, 0, STRIP, height * 0.36);
        context.restore();
      }
    }
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
    mountains(context, size);
  },
};

/** They stand before the light, so they are drawn after it. */
function mountains(context: CanvasRenderingContext2D, { width, height }: Size): void {
  for (const [layer, fill] of ["#123246", "#081a28"].entries()) {
    context.fillStyle = fill;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width + 12; x += 12) {
      const place = x / width;
      const ridge =
        Math.abs(Math.sin(place * (5 + 3 * layer) + layer * 2)) * 0.17 +
        Math.abs(Math.sin(place * (17 + 4 * layer))) * 0.045;
      context.lineTo(x, height * (0.9 + 0.06 * layer - ridge * (1 - 0.3 * layer)));
    }
    context.lineTo(width, height);
    context.fill();
  }
}
