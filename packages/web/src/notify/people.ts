/** Somebody who gets notifications. */
export interface Person {
  /** The user id. */
  readonly user: string;
  readonly name: string;
  readonly face: string;
}

const ADA: Person = { user: "ada", name: "Ada", face: "reef1" };
const MEI: Person = { user: "mei", name: "Mei", face: "gull7" };
const KOFI: Person = { user: "kofi", name: "Kofi", face: "amber" };

/** Everybody whom the backend knows. `examples/notify/backend.mjs` pushes to the same three. */
export const PEOPLE: readonly Person[] = [ADA, MEI, KOFI];

/** Whose notifications the browser itself may show. */
export const READER: Person = ADA;

/** A device of the page. */
export interface Owned {
  readonly id: string;
  readonly owner: Person;
  readonly kind: "phone" | "tablet";
}

/** Every device; Ada has two. */
export const DEVICES: readonly Owned[] = [
  { id: "ada-phone", owner: ADA, kind: "phone" },
  { id: "ada-tablet", owner: ADA, kind: "tablet" },
  { id: "mei-phone", owner: MEI, kind: "phone" },
  { id: "kofi-phone", owner: KOFI, kind: "phone" },
];

/** The channel of what is pushed to a user. Their ids have no character that it writes differently. */
export function inboxOf({ user }: Person): string {
  return `@${user}`;
}
