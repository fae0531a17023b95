import type { JsonValue } from "@tidewire/protocol";

/** Longest name of a person, in characters. */
export const MAX_NAME_LENGTH = 24;

const MAX_FACE_LENGTH = 32;

/** Somebody in the chat, as the others see them. */
export interface Person {
  /** The user id; undefined for somebody who connected without one and cannot be addressed. */
  readonly user: string | undefined;
  readonly name: string;
  /** The seed their face is drawn from. */
  readonly face: string;
}

/**
 * Makes a name fit to stand in a line.
 *
 * Control and direction characters go (they could turn the rest of the line around), runs of spaces become one.
 */
export function cleanName(name: string): string {
  const plain = name.replace(/[\p{C}\s]+/gu, " ").trim();
  return [...plain].slice(0, MAX_NAME_LENGTH).join("").trim();
}

/** Tells whether a JSON value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a person from what they say about themselves (a member's `info`, a message's `data`).
 *
 * Whatever is missing is filled in from the user id, so that everybody has a name and a face.
 */
export function readPerson(user: string | undefined, about: JsonValue | undefined, fallback: string): Person {
  const said = isJsonObject(about) ? about : {};
  const name = typeof said["name"] === "string" ? cleanName(said["name"]) : "";
  const face = typeof said["face"] === "string" ? said["face"].slice(0, MAX_FACE_LENGTH) : "";
  return {
    user,
    name: name === "" ? cleanName(user ?? "") || "?" : name,
    face: face === "" ? (user ?? fallback) : face,
  };
}
