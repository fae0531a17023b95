import { type JsonValue, Tidewire } from "@tidewire/client";
import { Store } from "../look/store.ts";
import { type Notice, readNotice } from "./notice.ts";
import { inboxOf, type Person } from "./people.ts";

/** Whether the browser may show notifications of this page. */
type Permission =
  /** Nobody was asked yet. */
  | "default"
  | "granted"
  /** The person said no, or the browser by itself. */
  | "denied"
  /** This browser has none, or shows those of service workers only. */
  | "unsupported";

export interface SystemNoticesView {
  readonly permission: Permission;
  readonly isOn: boolean;
  /** How many the system shows now. */
  readonly shown: number;
}

/**
 * Shows what a person gets as notifications of the system: the browser is one more device of theirs.
 *
 * Nothing is asked and nothing is shown before `switchOn`. What the person reads on another device disappears, and a click on a notification says
 * that they have read it.
 */
export class SystemNotices {
  readonly view: Store<SystemNoticesView>;
  readonly #url: string;
  readonly #reader: Person;
  /** What was given to the system, by offset, until it is closed. */
  readonly #notices = new Map<number, Notification>();
  readonly #onScreen = new Set<number>();
  #client: Tidewire<{ "**": JsonValue }> | undefined;

  constructor(url: string, reader: Person) {
    this.#url = url;
    this.#reader = reader;
    this.view = new Store({ permission: permissionNow(), isOn: false, shown: 0 });
  }

  /** Asks the person, who has just clicked, unless the answer is known; begins when they allow it. */
  async switchOn(): Promise<void> {
    if (permissionNow() === "default") await Notification.requestPermission();
    const permission = permissionNow();
    if (permission === "granted" && this.#client === undefined) this.#client = this.#listen();
    this.#change({ permission, isOn: this.#client !== undefined });
  }

  /** Shows nothing more. What is shown goes. */
  switchOff(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#closeUpTo(Number.POSITIVE_INFINITY);
    this.#change({ isOn: false });
  }

  #listen(): Tidewire<{ "**": JsonValue }> {
    const { user } = this.#reader;
    const client = new Tidewire<{ "**": JsonValue }>(this.#url, { user, name: "tidewire-notify-system" });
    const inbox = client.subscribe(inboxOf(this.#reader));
    // What was unread before is on the other devices, and may be too much to show at once.
    let head = Number.POSITIVE_INFINITY;
    inbox.once("subscribed", ({ offset = 0 }) => {
      head = offset;
    });
    inbox.on("message", (message) => {
      const notice = readNotice(message);
      if (notice.offset > head) this.#show(notice, () => inbox.ack(notice.offset));
    });
    inbox.on("acked", ({ offset }) => this.#closeUpTo(offset));
    return client;
  }

  #show({ offset, title, text }: Notice, read: () => Promise<unknown>): void {
    try {
      // Several windows of this page show it once.
      const tag = `${inboxOf(this.#reader)} ${offset}`;
      const shown = new Notification(title || this.#reader.name, { body: text, tag, icon: "/mark.svg" });
      this.#notices.set(offset, shown);
      shown.addEventListener("show", () => {
        this.#onScreen.add(offset);
        this.#change({});
      });
      shown.addEventListener("close", () => {
        this.#notices.delete(offset);
        this.#onScreen.delete(offset);
        this.#change({});
      });
      shown.addEventListener("click", () => {
        window.focus();
        read().catch(reportError);
      });
    } catch {
      // Browsers of phones show only what a service worker asks for, and throw.
      this.switchOff();
      this.#change({ permission: "unsupported" });
    }
  }

  #closeUpTo(offset: number): void {
    for (const [shownOffset, shown] of this.#notices) if (shownOffset <= offset) shown.close();
  }

  #change(change: Partial<SystemNoticesView>): void {
    this.view.set({ ...this.view.value, ...change, shown: this.#onScreen.size });
  }
}

function permissionNow(): Permission {
  return "Notification" in globalThis ? Notification.permission : "unsupported";
}
