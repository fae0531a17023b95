import { type Comment, standsOut } from "./comment.ts";
import { Lanes } from "./lanes.ts";
import type { Scene, Size } from "./scene.ts";
import { drawSprite, type Sprite } from "./sprite.ts";

/** How comments fly on a screen of some size. */
interface Layout extends Size {
  readonly fontPx: number;
  readonly font: string;
  readonly laneHeight: number;
  /** Pixels per second. */
  readonly speed: number;
  readonly lanes: Lanes;
  /** What of the scene stands still. */
  readonly backdrop: HTMLCanvasElement;
}

interface Flying {
  readonly sprite: Sprite;
  readonly top: number;
  x: number;
}

/** So many wait for a lane; of more the oldest is left out. */
const MOST_WAITING = 16;
const GAP = 28;
/** After a pause of the browser's, time goes on where it stood. */
const LONGEST_FRAME_S = 0.1;
const NARROW = 560;

/** Draws a scene, and comments that fly over it, once per frame. While it is stopped it draws nothing and takes no comments. */
export class Stage {
  /** How many frames were drawn of what moves. */
  frames = 0;
  /** How many comments found no room here. */
  crowdedOut = 0;
  /** Whether comments are to be seen. */
  showsComments = true;
  #canvas: HTMLCanvasElement | undefined;
  #scene: Scene;
  #layout: Layout | undefined;
  #waiting: Comment[] = [];
  #flying: Flying[] = [];
  #timeS = 0;
  #drawnAtMs = 0;
  #frame = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Draws here from now on. */
  use(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    this.#layout = undefined;
  }

  /** Shows another scene, without the comments of the one before. */
  change(scene: Scene): void {
    this.#scene = scene;
    this.#layout = undefined;
  }

  start(): void {
    if (this.#frame !== 0) return;
    const next = (nowMs: number): void => {
      this.#frame = requestAnimationFrame(next);
      this.#timeS += Math.min(LONGEST_FRAME_S, Math.max(0, nowMs - this.#drawnAtMs) / 1000);
      this.#drawnAtMs = nowMs;
      this.#draw();
      this.frames += 1;
    };
    this.#drawnAtMs = performance.now();
    this.#frame = requestAnimationFrame(next);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Draws the scene once, without a comment, for those who want nothing to move. */
  drawStill(): void {
    this.#flying = [];
    this.#waiting = [];
    this.#draw();
  }

  /** Lets a comment fly as soon as a lane is free. */
  fly(comment: Comment): void {
    // A hidden page gets no frames, and would show all of it at once later.
    if (this.#frame === 0 || document.hidden) return;
    if (standsOut(comment)) {
      const before = this.#waiting.findIndex((other) => !standsOut(other));
      this.#waiting.splice(before < 0 ? this.#waiting.length : before, 0, comment);
    } else this.#waiting.push(comment);
    if (this.#waiting.length <= MOST_WAITING) return;
    const oldest = this.#waiting.findIndex((other) => !standsOut(other));
    this.#waiting.splice(Math.max(0, oldest), 1);
    this.crowdedOut += 1;
  }

  #draw(): void {
    const canvas = this.#canvas;
    const context = canvas?.getContext("2d") ?? null;
    const layout = canvas === undefined ? undefined : this.#fit(canvas);
    if (context === null || layout === undefined) return;
    const { width, height, backdrop } = layout;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(backdrop, 0, 0);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#scene.moving(context, { width, height }, this.#timeS);
    this.#launch(layout);
    for (const one of this.#flying) {
      const { picture, width: wide, height: tall } = one.sprite;
      const x = one.x - this.#timeS * layout.speed;
      if (this.showsComments) context.drawImage(picture, x, one.top, wide, tall);
    }
    this.#flying = this.#flying.filter(({ x, sprite }) => x - this.#timeS * layout.speed + sprite.width > 0);
  }

  #launch({ width, fontPx, font, laneHeight, speed, lanes }: Layout): void {
    for (;;) {
      const [comment] = this.#waiting;
      const lane = lanes.find(this.#timeS, Math.random());
      if (comment === undefined || lane === undefined) return;
      this.#waiting.shift();
      const sprite = drawSprite(comment, fontPx, font);
      lanes.occupy(lane, sprite.width, this.#timeS);
      // Where it would have been at time 0, since all move alike.
      this.#flying.push({ sprite, top: lane * laneHeight + 8, x: width + this.#timeS * speed });
    }
  }

  /** The layout for the size that the canvas has now. Another size begins with an empty one. */
  #fit(canvas: HTMLCanvasElement): Layout | undefined {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0) return undefined;
    const pixels = {
      width: Math.round(width * devicePixelRatio),
      height: Math.round(height * devicePixelRatio),
    };
    const fits = canvas.width === pixels.width && canvas.height === pixels.height;
    if (fits && this.#layout !== undefined) return this.#layout;
    Object.assign(canvas, pixels);
    this.#flying = [];
    const backdrop = document.createElement("canvas");
    Object.assign(backdrop, pixels);
    const context = backdrop.getContext("2d");
    context?.scale(devicePixelRatio, devicePixelRatio);
    if (context !== null) this.#scene.still(context, { width, height });
    const fontPx = width < NARROW ? 16 : 20;
    const laneHeight = Math.round(fontPx * 1.6) + 4;
    // A comment needs 6 to 9 seconds to cross.
    const speed = (width + 200) / (width < NARROW ? 6 : 9);
    // The lowest part stays free, where subtitles and boats are.
    const count = Math.max(1, Math.floor((height * 0.86) / laneHeight));
    const lanes = new Lanes(count, speed, GAP);
    const font = getComputedStyle(canvas).fontFamily;
    this.#layout = { width, height, fontPx, font, laneHeight, speed, lanes, backdrop };
    return this.#layout;
  }
}
