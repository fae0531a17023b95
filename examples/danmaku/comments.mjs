/** The rooms of /demo/danmaku. */
export const ROOMS = ["harbour", "city", "aurora"];

const COLOURS = ["white", "yellow", "coral", "green", "blue", "pink"];

const TEXTS = [
  "First!",
  "What a view",
  "这个画面太美了",
  "Is this live?",
  "来了来了",
  "I could watch this for hours",
  "Look at the light!",
  "前排围观",
  "Greetings from Lisbon",
  "谁在循环这一段",
  "So calm",
  "哈哈哈哈哈",
  "Turn the sound up",
  "治愈了",
  "Who else should be working right now?",
  "打卡",
  "Wallpaper, please",
  "名场面",
];

const HIGH = [
  { kind: "gift", text: "Mei sends a lantern 🏮" },
  { kind: "moderator", text: "Be kind to each other. 文明发言，友善交流。" },
  { kind: "gift", text: "Kofi 送出一艘小船 ⛵" },
];
/** Every so many comments one is from the house: a gift, or the moderator's word. */
const HIGH_EVERY = 9;

/**
 * A comment to publish. Those with `priority: high` are never left out by the room's budget.
 *
 * @typedef {object} Comment
 * @property {{ text: string, colour?: string, kind?: string }} data
 * @property {"high"} [priority]
 */

/**
 * What viewers would write, without end.
 *
 * @returns {Generator<Comment, never>}
 */
export function* comments() {
  for (let number = 0; ; number += 1) {
    const high = HIGH[Math.floor(number / HIGH_EVERY) % HIGH.length];
    if (high !== undefined && number % HIGH_EVERY === HIGH_EVERY - 1) yield { data: high, priority: "high" };
    else yield { data: { text: pick(TEXTS, number), colour: pick(COLOURS, number * 5) } };
  }
}

/**
 * @param {readonly string[]} list
 * @param {number} number
 */
function pick(list, number) {
  return list[number % list.length] ?? "";
}
