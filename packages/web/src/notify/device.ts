import { type JsonValue, type Position, type Subscription, Tidewire } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { Store } from "../look/store.ts";
import { type Notice, readNotice } from "./notice.ts";
import { inboxOf, type Person } from "./people.ts";
import { Unread } from "./unread.ts";

/** So many are shown. */
const SHOWN = 20;

/** What a device shows. */
export interface DeviceView {
  readonly isOn: boolean;
  readonly connection: ConnectionView;
  /** Newest first. */
  readonly notices: readonly Notice[];
  readonly unread: number;
  /** What stands before this offset was read. */
  readonly firstUnread: number;
  /** Why the server does not let this device read, for the person. */
  readonly problem: string | undefined;
}

const OFF: ConnectionView = { kind: "offline", retryAtMs: undefined };

/** One device of a person, with a client of its own. Switched off it has none, and remembers where it stood. */
export class Device {
  readonly view: Store<DeviceView>;
  readonly #url: string;
  readonly #owner: Person;
  readonly #unread = new Unread();
  #client: Tidewire<{ "**": JsonValue }> | undefined;
  #inbox: Subscription<JsonValue> | undefined;
  #position: Position | undefined;

  /** Switched on. */
  constructor(url: string, owner: Person) {
    this.#url = url;
    this.#owner = owner;
    this.view = new Store<DeviceView>({
      isOn: false,
      connection: OFF,
      notices: [],
      unread: 0,
      firstUnread: Number.POSITIVE_INFINITY,
      problem: undefined,
    });
    this.switchOn();
  }

  /** Goes on where the device stood; the first time, after what the person has read. */
  switchOn(): void {
    if (this.#client !== undefined) return;
    const client = new Tidewire<{ "**": JsonValue }>(this.#url, {
      user: this.#owner.user,
      name: "tidewire-notify",
    });
    this.#client = client;
    this.#change({ isOn: true, connection: connectionView(client.state), problem: undefined });
    client.on("state", (state) => {
      if (this.#client === client) this.#change({ connection: connectionView(state) });
    });
    this.#listen(client.subscribe(inboxOf(this.#owner), { since: this.#position }));
  }

  switchOff(): void {
    this.#position = this.#inbox?.position;
    this.#client?.close();
    this.#client = undefined;
    this.#inbox = undefined;
    this.#change({ isOn: false, connection: OFF });
  }

  /** The person has read everything that is shown. Their other devices hear of it. */
  async acknowledge(): Promise<void> {
    const [newest] = this.view.value.notices;
    const inbox = this.#inbox;
    if (newest === undefined || inbox === undefined) return;
    try {
      await inbox.ack(newest.offset);
    } catch (error) {
      if (this.#inbox !== inbox) return;
      this.#change({ problem: error instanceof Error ? error.message : String(error) });
    }
  }

  #listen(inbox: Subscription<JsonValue>): void {
    this.#inbox = inbox;
    inbox.on("subscribed", ({ unread = 0, offset = 0 }) => {
      this.#unread.subscribed(unread, offset);
      this.#change({ problem: undefined });
    });
    inbox.on("message", (message) => {
      const notice = readNotice(message);
      this.#unread.arrived(notice.offset);
      this.#change({ notices: [notice, ...this.view.value.notices].slice(0, SHOWN) });
    });
    inbox.on("acked", ({ offset, unread }) => {
      this.#unread.acknowledged(offset, unread);
      this.#change({ problem: undefined });
    });
    inbox.on("error", ({ message }) => this.#change({ problem: message }));
  }

  #change(change: Partial<DeviceView>): void {
    const { count, firstOffset } = this.#unread;
    this.view.set({ ...this.view.value, ...change, unread: count, firstUnread: firstOffset });
  }
}
