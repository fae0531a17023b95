import type { Member } from "@tidewire/protocol";

/** Who is in a channel, by connection, in order of arrival. */
export class Members {
  readonly #byConnection = new Map<string, Member>();
  #list: readonly Member[] | undefined;

  /** All of them: the same array until something changes. */
  get list(): readonly Member[] {
    this.#list ??= [...this.#byConnection.values()];
    return this.#list;
  }

  /** Takes the server's word for everybody who is there. */
  replace(members: readonly Member[]): void {
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
