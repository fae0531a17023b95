import type { VNode } from "preact";
import { Avatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import type { Person } from "./person.ts";
import "./side-list.css";

/** More than these are counted, not drawn: nobody reads a list of a thousand names. */
const MOST_DRAWN = 200;

interface PeopleListProps {
  /** The name of the room that they are in. */
  readonly room: string;
  readonly people: readonly Person[];
  /** The user id of the person at this page. */
  readonly self: string;
  readonly onAddress: (person: Person) => void;
}

/** Who is in the room, oneself first. Choosing somebody begins a private message. */
export function PeopleList({ room, people, self, onAddress }: PeopleListProps): VNode {
  const { say } = useWords();
  const own = people.filter(({ user }) => user === self);
  const others = people.filter(({ user }) => user !== self);
  return (
    <div class="side">
      <div class="side-scroll">
        <ul class="side-list" aria-label={say("chat.people")}>
          {[...own, ...others].slice(0, MOST_DRAWN).map((person, index) => (
            <li class="side-item" key={person.user ?? `anonymous ${index}`} data-testid="person">
              <PersonItem person={person} isSelf={person.user === self} onAddress={onAddress} />
            </li>
          ))}
        </ul>
        {others.length === 0 && own.length > 0 && <Alone room={room} />}
      </div>
    </div>
  );
}

interface PersonItemProps {
  readonly person: Person;
  readonly isSelf: boolean;
  readonly onAddress: (person: Person) => void;
}

function PersonItem({ person, isSelf, onAddress }: PersonItemProps): VNode {
  const { say } = useWords();
  const inside = (
    <>
      <Avatar face={person.face} name={person.name} size="small" />
      <bdi class="side-item-name">{person.name}</bdi>
      {isSelf && <span class="side-you">{say("chat.you")}</span>}
    </>
  );
  if (isSelf || person.user === undefined) return <div class="side-item-main">{inside}</div>;
  return (
    <button
      type="button"
      class="side-item-main"
      title={say("chat.writePrivately")}
      onClick={() => onAddress(person)}
    >
      {inside} <span class="unseen">{say("chat.writePrivately")}</span>
      <span class="side-item-action">
        <Icon name="lock" />
      </span>
    </button>
  );
}

/** Somebody alone cannot see what a chat does. Another window is another person, by `?guest` also without Web Locks. */
function Alone({ room }: { readonly room: string }): VNode {
  const { say } = useWords();
  return (
    <div class="alone">
      <p>{say("chat.alone")}</p>
      <a
        class="button button-small"
        href={`?guest#${encodeURIComponent(room)}`}
        target="_blank"
        rel="noopener"
      >
        <Icon name="window" />
        {say("chat.secondWindow")}
      </a>
    </div>
  );
}
