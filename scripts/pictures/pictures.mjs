import { arrangeChat } from "./chat.mjs";
import { arrangeDanmaku } from "./danmaku.mjs";
import { arrangeKick } from "./kick.mjs";
import { arrangeLanding } from "./landing.mjs";
import { arrangeLockscreen } from "./lockscreen.mjs";
import { arrangeNotify } from "./notify.mjs";
import { arrangeTicker } from "./ticker.mjs";

/**
 * A picture that is taken, light and dark.
 *
 * @typedef {object} Picture
 * @property {string} name of its files in docs/images
 * @property {number} height of the window, in CSS pixels
 * @property {(studio: import("./studio.mjs").Studio) => Promise<import("playwright-core").Page>} arrange brings a page
 *   to where the picture is taken
 */

/** Every picture. A page that needs no arranging is `(studio) => studio.visit("/path")`. @type {readonly Picture[]} */
export const PICTURES = [
  { name: "landing", height: 860, arrange: arrangeLanding },
  { name: "chat", height: 860, arrange: arrangeChat },
  { name: "notify", height: 960, arrange: arrangeNotify },
  { name: "ticker", height: 1000, arrange: arrangeTicker },
  { name: "danmaku", height: 960, arrange: arrangeDanmaku },
  { name: "lockscreen", height: 960, arrange: arrangeLockscreen },
  { name: "kick", height: 960, arrange: arrangeKick },
];
