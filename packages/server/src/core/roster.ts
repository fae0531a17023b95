import { type Happenings, NOBODY_LISTENS } from "./happenings.ts";
import type { Encoding } from "./encoding.ts";
import type { Member } from "./push.ts";

/**
 * Who is present in one channel, and who came and went within the turn.
 *
 * A member that joins and leaves within one turn, or the other way round, is not announced, unless it came back with
 * another `info`.
 */
export class Roster {
  readonly #channel: string;
  readonly #happenings: Happenings;
  readonly #members: Map<string, Member> = new Map();
  #joined: Map<string, Member> = new Map();
  #left: Map<string, Member> = new Map();
  /** Somebody was given the list with changes in it that are still to be announced. */
  #shown = false;
  /** The encoded list for each encoding, kept until somebody comes or goes. */
  #snapshots: Map<Encoding, Uint8Array> = new Map();

  constructor(channel: string, happenings: Happenings = NOBODY_LISTENS) {
    this.#channel = channel;
    this.#happenings = happenings;
  }

  get size(): number {
    return this.#members.size;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  has(connection: string): boolean {
    return this.#members.has(connection);
  }

  get changed(): boolean {
    return this.#joined.size > 0 || this.#left.size > 0;
  }

  /** Adds a member under its connection; one that is there already is not announced again. */
  join(member: Member): void {
    if (this.#members.has(member.connection)) return;
    this.#members.set(member.connection, member);
    this.#happenings.memberJoined(this.#channel, member);
    this.#snapshots.clear();
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
    this.#happenings.memberLeft(this.#channel, member);
    this.#snapshots.clear();
    if (!this.#joined.delete(connection) || this.#shown) this.#left.set(connection, member);
  }

  /** The encoded list of members, shared by all who get it before somebody comes or goes. */
  snapshot(encoding: Encoding): Uint8Array {
    this.#shown ||= this.changed;
    let bytes = this.#snapshots.get(encoding);
    if (bytes === undefined) {
      bytes = encoding.push({
        kind: "presence",
        request: null,
        channel: this.#channel,
        members: this.members,
      });
      this.#snapshots.set(encoding, bytes);
    }
    return bytes;
  }

  /** The members for somebody who also hears of those that come and go. */
  show(): readonly Member[] {
    this.#shown ||= this.changed;
    return this.members;
  }

  /** Gives who came and who left since the last call. */
  takeChanges(): { readonly joined: readonly Member[]; readonly left: readonly Member[] } {
    const changes = { joined: [...this.#joined.values()], left: [...this.#left.values()] };
    this.#joined = new Map();
    this.#left = new Map();
    this.#shown = false;
    return changes;
  }
}
