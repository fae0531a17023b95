import type { Member } from "@tidewire/protocol";
import { type Person, readPerson } from "./person.ts";

/** Who is in a room, by connection. Somebody with three tabs is there three times, and counts once. */
export type People = ReadonlyMap<string, Person>;

/** A change of the people in a room. */
export interface PeopleChange {
  readonly people: People;
  /** Who was not there before, or is not there any more. */
  readonly changed: readonly Person[];
}

function personOf(member: Member): Person {
  return readPerson(member.user, member.info, member.connection);
}

/** What makes two connections one person. */
function identity(connection: string, person: Person): string {
  return person.user === undefined ? `connection ${connection}` : `user ${person.user}`;
}

function identities(people: People): Set<string> {
  return new Set([...people].map(([connection, person]) => identity(connection, person)));
}

/** The people in a room, from the whole list. */
export function peopleFrom(members: readonly Member[]): People {
  return new Map(members.map((member) => [member.connection, personOf(member)]));
}

/** Adds connections. `changed` are the people who were not there with any connection. */
export function join(people: People, members: readonly Member[]): PeopleChange {
  const before = identities(people);
  const after = new Map(people);
  const changed = new Map<string, Person>();
  for (const member of members) {
    const person = personOf(member);
    after.set(member.connection, person);
    const id = identity(member.connection, person);
    if (!before.has(id)) changed.set(id, person);
  }
  return { people: after, changed: [...changed.values()] };
}

/** Takes connections away. `changed` are the people who have none left. */
export function leave(people: People, members: readonly Member[]): PeopleChange {
  const after = new Map(people);
  const gone = new Map<string, Person>();
  for (const { connection } of members) {
    const person = after.get(connection);
    if (person === undefined) continue;
    after.delete(connection);
    gone.set(identity(connection, person), person);
  }
  for (const id of identities(after)) gone.delete(id);
  return { people: after, changed: [...gone.values()] };
}

/** Each person once, by name. The latest connection decides how somebody is called now. */
export function persons(people: People): readonly Person[] {
  const byIdentity = new Map(
    [...people].map(([connection, person]) => [identity(connection, person), person]),
  );
  return [...byIdentity.values()].toSorted((one, other) => one.name.localeCompare(other.name));
}
