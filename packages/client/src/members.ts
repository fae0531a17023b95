import type { Member, PresencePush } from "@tidewire/protocol";

/** Who is in a channel, by connection, in order of arrival; of a large room, how many there are and who some of them are. */
export class Members {
  readonly #byConnection = new Map<string, Member>();
  #list: readonly Member[] | undefined;
  #count: number | undefined;

  /** All of them: the same array until something changes. */
  get list(): readonly Member[] {
    this.#list ??= [...this.#byConnection.values()];
    return this.#list;
  }

  /** How many there are. */
  get count(): number {
    return this.#count ?? this.#byConnection.size;
  }

  /** Takes the server's word for who is there: everybody, or with `count` some of them. */
  replace({ members, count }: PresencePush): void {
    this.#count = count;
    this.#byConnection.clear();
    this.add(members);
  }

  add(members: readonly Member[]): void {
    for (const member of members) this.#byConnection.set(member.connection, member);
    this.#list = undefined;
  }

  remove(members: readonly Member[]): void {
    for (const member of members) this.#byConnection.delete(member.connection);
    this.#list = undefined;
  }
}
