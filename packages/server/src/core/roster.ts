import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Encoding } from "./encoding.ts";
import type { Happenings } from "./happenings.ts";
import type { Member, Push } from "./push.ts";
import type { Ticks } from "./ticks.ts";

/** What a roster works with. */
export interface RosterPorts {
  readonly happenings: Happenings;
  /** Paces what large rooms are told. */
  readonly ticks: Ticks;
  /** There will be news when this turn ends, though nobody came or left in it. */
  readonly newsDue: () => void;
}

/** A member with its place in the order of coming, which is not given to anybody else. */
export interface PresentMember extends Member {
  readonly place: number;
}

/** What is shown of who is present: everybody, or in a large room how many there are and some of them. */
export interface PresenceView {
  readonly members: readonly Member[];
  /** null: `members` is everybody. */
  readonly count: number | null;
}

/** What everybody is told when a turn ends: before its messages, and after them; null: nothing there. */
export interface RosterNews {
  readonly first: Push | null;
  readonly last: Push | null;
}

/** So many members are shown of a large room. */
const SAMPLE = 20;

/** A large room is told of its members at most so often. */
const MIN_PACE_MS = 1000;

/** A large room is told so slowly that it costs at most so many frames in a second. */
const FRAMES_PER_SECOND = 5000;

/** A large room is small again below this share of what it may list, so that one who comes and goes does not turn it each time. */
const SMALL_AGAIN = 0.75;

/**
 * Who is present in one channel, and what everybody is to be told of it when a turn ends.
 *
 * Up to `listed` members, that is who came and who left within the turn. A member that joins and leaves within one turn, or the
 * other way round, is not announced, unless it came back with another `info`.
 *
 * A larger room is told how many are there, with a sample of those who have been there longest: at its own pace, and in full, so
 * that coming and going costs the same however many are there.
 */
export class Roster implements WheelEntry {
  wheelPlace: number = NOT_SCHEDULED;
  readonly #channel: string;
  readonly #ports: RosterPorts;
  #listed: number;
  readonly #members: Map<string, PresentMember> = new Map();
  #lastPlace = 0;
  #isLarge = false;
  /** Of a small room: who came and left in this turn. */
  #joined: Map<string, Member> = new Map();
  #left: Map<string, Member> = new Map();
  /** Somebody was given the list with changes in it that are still to be announced. */
  #shown = false;
  /** Of a large room: somebody came or left since it was told how many there are. */
  #isStale = false;
  /** The end of this turn tells everybody anew. */
  #isAnew = false;
  /** What is shown, encoded for each encoding, kept until somebody comes or goes. */
  #snapshots: Map<Encoding, Uint8Array> = new Map();

  /** `listed` is up to how many members are told one by one. */
  constructor(channel: string, listed: number, ports: RosterPorts) {
    this.#channel = channel;
    this.#listed = listed;
    this.#ports = ports;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  has(connection: string): boolean {
    return this.#members.has(connection);
  }

  /** At most `limit` members behind this place, in the order in which they came. */
  page(after: number, limit: number): readonly PresentMember[] {
    const page: PresentMember[] = [];
    for (const member of this.#members.values()) {
      if (page.length === limit) break;
      if (member.place > after) page.push(member);
    }
    return page;
  }

  /** Takes over up to how many members are told one by one. */
  list(upTo: number): void {
    this.#listed = upTo;
    const isLarge = this.size > upTo;
    if (isLarge !== this.#isLarge) this.#turn(isLarge);
  }

  /** Adds a member under its connection; one that is there already is not announced again. */
  join(member: Member): void {
    if (this.#members.has(member.connection)) return;
    this.#lastPlace += 1;
    this.#members.set(member.connection, { ...member, place: this.#lastPlace });
    this.#ports.happenings.memberJoined(this.#channel, member);
    this.#snapshots.clear();
    if (!this.#isLarge && this.size > this.#listed) this.#turn(true);
    if (this.#isLarge) {
      this.#isStale = true;
      return;
    }
    const left = this.#left.get(member.connection);
    this.#left.delete(member.connection);
    // Whoever saw the list without this member must hear of it, though the others would see no change.
    if (this.#shown || left?.infoJson !== member.infoJson || left.user !== member.user)
      this.#joined.set(member.connection, member);
  }

  /** Removes the member of a connection, if there is one. */
  leave(connection: string): void {
    const member = this.#members.get(connection);
    if (member === undefined) return;
    this.#members.delete(connection);
    this.#ports.happenings.memberLeft(this.#channel, member);
    this.#snapshots.clear();
    if (this.#isLarge) this.#isStale = true;
    else if (!this.#joined.delete(connection) || this.#shown) this.#left.set(connection, member);
  }

  /** What is shown, encoded; shared by all who get it before somebody comes or goes. */
  snapshot(encoding: Encoding): Uint8Array {
    this.#shown ||= this.#isChanged;
    let bytes = this.#snapshots.get(encoding);
    if (bytes === undefined) {
      bytes = encoding.push(this.#presence);
      this.#snapshots.set(encoding, bytes);
    }
    return bytes;
  }

  /** What is shown, to somebody who also gets the news. */
  show(): PresenceView {
    this.#shown ||= this.#isChanged;
    return this.#view;
  }

  /** Gives what everybody is to be told at the end of this turn; null: nothing, or nothing yet. */
  takeNews(): RosterNews | null {
    if (this.#isAnew) {
      if (this.#isLarge && this.size <= this.#listed * SMALL_AGAIN) this.#turn(false);
      this.#isAnew = false;
      this.#isStale = false;
      return { first: this.#presence, last: null };
    }
    if (this.#isLarge) {
      if (this.#isStale && this.wheelPlace === NOT_SCHEDULED) this.#ports.ticks.schedule(this, this.#paceMs);
      return null;
    }
    if (!this.#isChanged) return null;
    const news = { first: this.#change("join", this.#joined), last: this.#change("leave", this.#left) };
    this.#forgetChanges();
    return news;
  }

  /** Called when its time has come: a large room may be told again. */
  onDue(): void {
    if (!this.#isStale) return;
    this.#isAnew = true;
    this.#ports.newsDue();
  }

  get #view(): PresenceView {
    if (!this.#isLarge) return { members: this.members, count: null };
    return { members: this.page(0, SAMPLE), count: this.size };
  }

  get #presence(): Push {
    return { kind: "presence", request: null, channel: this.#channel, ...this.#view };
  }

  get #paceMs(): number {
    return Math.max(MIN_PACE_MS, (this.size / FRAMES_PER_SECOND) * 1000);
  }

  get #isChanged(): boolean {
    return this.#joined.size > 0 || this.#left.size > 0;
  }

  /** Makes it a large room or a small one, which everybody is told when the turn ends. */
  #turn(isLarge: boolean): void {
    this.#isLarge = isLarge;
    this.#isAnew = true;
    this.#snapshots.clear();
    this.#forgetChanges();
  }

  #change(kind: "join" | "leave", members: ReadonlyMap<string, Member>): Push | null {
    return members.size === 0 ? null : { kind, channel: this.#channel, members: [...members.values()] };
  }

  #forgetChanges(): void {
    this.#joined = new Map();
    this.#left = new Map();
    this.#shown = false;
  }
}
