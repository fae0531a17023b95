import { Tidewire } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { Store } from "../look/store.ts";

/** The two phones that share the account. */
export const PHONES = ["first", "second"] as const;

/** One of the two phones. */
export type PhoneName = (typeof PHONES)[number];

/** What a phone shows. */
export interface PhoneView {
  /** undefined: nobody has signed in on it yet. */
  readonly connection: ConnectionView | undefined;
  /** Another phone signed in, which a page says in its own words. Otherwise the reason is what the operator wrote. */
  readonly isReplaced: boolean;
  /** How often it tried to connect since it was last told to stay away. */
  readonly triesSince: number;
}

const SIGNED_OUT: PhoneView = { connection: undefined, isReplaced: false, triesSince: 0 };

/** The close code of a session that has to make room for one on another device. */
const SIGNED_IN_ELSEWHERE = 4410;

/** One account on two phones, each with a client of its own. The server allows it on one at a time. */
export class Account {
  readonly user: string;
  readonly url: string;
  readonly phones: Readonly<Record<PhoneName, Store<PhoneView>>> = {
    first: new Store(SIGNED_OUT),
    second: new Store(SIGNED_OUT),
  };
  readonly #clients = new Map<PhoneName, Tidewire>();

  /** Signs in on the first phone. */
  constructor(url: string, user: string) {
    this.url = url;
    this.user = user;
    this.signIn("first");
  }

  /** Signs in on a phone, also on one that was sent away: that is for a person to decide. */
  signIn(phone: PhoneName): void {
    this.#clients.get(phone)?.close();
    const store = this.phones[phone];
    const client = new Tidewire(this.url, { user: this.user, name: "tidewire-kick" });
    this.#clients.set(phone, client);
    store.set({ ...SIGNED_OUT, connection: connectionView(client.state) });
    client.on("state", (state) => {
      if (this.#clients.get(phone) !== client) return;
      const { connection, triesSince } = store.value;
      const again = connection?.kind === "kicked" && state.status === "connecting";
      store.set({
        connection: connectionView(state),
        isReplaced: state.status === "kicked" && state.code === SIGNED_IN_ELSEWHERE,
        triesSince: triesSince + (again ? 1 : 0),
      });
    });
  }

  /** Signs out on a phone. */
  signOut(phone: PhoneName): void {
    this.#clients.get(phone)?.close();
    this.#clients.delete(phone);
    this.phones[phone].set(SIGNED_OUT);
  }
}
