import type { Person } from "./person.ts";

/** Whom a typed text is for. */
export type Addressed =
  | { readonly kind: "everybody"; readonly text: string }
  | { readonly kind: "person"; readonly person: Person; readonly text: string }
  /** It begins with `@` and a name nobody here has. It must not go out: it was meant to be private. */
  | { readonly kind: "nobody"; readonly name: string }
  /** Several people here have that name. */
  | { readonly kind: "several"; readonly name: string };

const AT = /^[@＠]/;
const AFTER_NAME = /^[\s,:，：]|^$/u;

/**
 * Reads `@name text`: a text for one person.
 *
 * Names may hold spaces, so the longest name that fits wins. A text that begins with a space, or with `@` and a
 * space, is for everybody.
 */
export function address(typed: string, people: readonly Person[]): Addressed {
  const rest = typed.replace(AT, "");
  if (rest === typed || /^\s|^$/.test(rest)) return { kind: "everybody", text: typed.trim() };
  const fitting = people.filter((person) => beginsWithName(rest, person.name));
  const longest = Math.max(0, ...fitting.map((person) => person.name.length));
  const [person, another] = fitting.filter(({ name }) => name.length === longest);
  if (person === undefined) return { kind: "nobody", name: /^[^\s,:，：]*/u.exec(rest)?.[0] ?? "" };
  if (another !== undefined) return { kind: "several", name: person.name };
  return {
    kind: "person",
    person,
    text: rest
      .slice(longest)
      .replace(/^[\s,:，：]+/u, "")
      .trim(),
  };
}

function beginsWithName(text: string, name: string): boolean {
  return text.toLowerCase().startsWith(name.toLowerCase()) && AFTER_NAME.test(text.slice(name.length));
}

/** People to offer while `@name` is being typed, those whose name begins with it first; none for other texts. */
export function completions(typed: string, people: readonly Person[]): readonly Person[] {
  const query = typed.replace(AT, "").toLowerCase();
  if (!AT.test(typed) || /^\s/.test(query)) return [];
  const fitting = people.filter(({ name }) => name.toLowerCase().includes(query));
  return fitting.toSorted((one, other) => rank(one, query) - rank(other, query)).slice(0, 6);
}

function rank(person: Person, query: string): number {
  return person.name.toLowerCase().startsWith(query) ? 0 : 1;
}
