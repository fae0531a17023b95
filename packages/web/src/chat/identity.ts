import type { Language } from "../look/words.ts";
import { cleanName, type Person } from "./person.ts";

/** The person at this page; they always have a user id. */
export interface Self extends Person {
  readonly user: string;
}

const NAMES = {
  en: {
    first: [
      "Quiet",
      "Bright",
      "Swift",
      "Gentle",
      "Bold",
      "Calm",
      "Merry",
      "Lucky",
      "Brisk",
      "Sunny",
      "Keen",
      "Wise",
    ],
    second: [
      "Otter",
      "Heron",
      "Tern",
      "Seal",
      "Marlin",
      "Puffin",
      "Dolphin",
      "Gull",
      "Orca",
      "Plover",
      "Wren",
      "Crab",
    ],
    between: " ",
  },
  zh: {
    first: [
      "安静的",
      "明亮的",
      "敏捷的",
      "温柔的",
      "勇敢的",
      "悠闲的",
      "快乐的",
      "幸运的",
      "机灵的",
      "晴朗的",
      "聪明的",
      "从容的",
    ],
    second: ["海獭", "苍鹭", "燕鸥", "海豹", "旗鱼", "海鹦", "海豚", "海鸥", "虎鲸", "海龟", "鹪鹩", "螃蟹"],
    between: "",
  },
} as const;

const ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** A random text for ids and faces. Works without https too, where `crypto.randomUUID` is missing. */
export function randomId(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ID_ALPHABET.charAt(byte % ID_ALPHABET.length)).join("");
}

function oneOf(choices: readonly string[]): string {
  return choices[Math.floor(Math.random() * choices.length)] ?? "";
}

/** A name nobody had to think of. */
export function randomName(language: Language): string {
  const { first, second, between } = NAMES[language];
  return `${oneOf(first)}${between}${oneOf(second)}`;
}

/** Somebody new, with a random name and face. */
export function newSelf(language: Language): Self {
  return { user: randomId(12), name: randomName(language), face: randomId(6) };
}

/** Reads a person as `formatSelf` wrote them; undefined for anything else. */
export function parseSelf(text: string | undefined): Self | undefined {
  const [user, face, name] = (text ?? "").split(" ", 3);
  if (user === undefined || face === undefined || name === undefined) return undefined;
  const plain = cleanName(decode(name));
  return user === "" || face === "" || plain === "" ? undefined : { user, face, name: plain };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Writes a person as one line. */
export function formatSelf(self: Self): string {
  return `${self.user} ${self.face} ${encodeURIComponent(self.name)}`;
}
