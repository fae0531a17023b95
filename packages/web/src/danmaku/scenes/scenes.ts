import type { Room } from "../rooms.ts";
import type { Scene } from "../scene.ts";
import { aurora } from "./aurora.ts";
import { city } from "./city.ts";
import { harbour } from "./harbour.ts";

/** What is seen in each room. */
export const SCENES: Readonly<Record<Room, Scene>> = { harbour, city, aurora };
