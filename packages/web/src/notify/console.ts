import { type JsonValue, Tidewire } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { curlCall } from "../look/curl.ts";
import { Store } from "../look/store.ts";
import { inboxOf, PEOPLE, type Person, READER } from "./people.ts";

/** Whom a notification is for: one person, everybody, or everybody but one. */
export const REACHES = ["one", "all", "others"] as const;

type Reach = (typeof REACHES)[number];

/** What a notification says. */
export interface Draft {
  readonly title: string;
  readonly text: string;
}

/** A draft of which everybody it is for gets one at the first visit. */
export interface Sample extends Draft {
  readonly to: readonly Person[];
}

/** What came of the last push. */
export type Outcome =
  | { readonly kind: "sent"; readonly to: readonly Person[] }
  | { readonly kind: "refused"; readonly message: string };

/** What is filled in, and what came of it. */
export interface ConsoleView extends Draft {
  readonly connection: ConnectionView;
  readonly reach: Reach;
  /** Of `one` and `others`. */
  readonly person: Person;
  readonly busy: boolean;
  readonly outcome: Outcome | undefined;
}

/** Whom this reaches. */
function recipientsOf({ reach, person }: Pick<ConsoleView, "reach" | "person">): readonly Person[] {
  if (reach === "all") return PEOPLE;
  return PEOPLE.filter((one) => (one === person) === (reach === "one"));
}

/**
 * The console of a backend.
 *
 * It has no key: it publishes into the inboxes as a client, which the demos' rule allows in open mode, where the browser is the developer's own. A
 * backend does the same with the API, and `curlLine` writes how.
 */
export class BackendConsole {
  readonly view: Store<ConsoleView>;
  readonly #origin: string;
  readonly #client: Tidewire<{ "**": JsonValue }>;

  constructor(origin: string, first: Draft) {
    this.#origin = origin;
    this.#client = new Tidewire<{ "**": JsonValue }>(origin, {
      user: "notify.console",
      name: "tidewire-notify-console",
    });
    this.view = new Store<ConsoleView>({
      ...first,
      connection: connectionView(this.#client.state),
      reach: "one",
      person: READER,
      busy: false,
      outcome: undefined,
    });
    this.#client.on("state", (state) => this.change({ connection: connectionView(state) }));
  }

  change(part: Partial<ConsoleView>): void {
    this.view.set({ ...this.view.value, ...part });
  }

  /** The same push as a command for a shell, with the key in a variable. */
  curlLine(): string {
    const { title, text } = this.view.value;
    const data = { title, text };
    const users = recipientsOf(this.view.value).map(({ user }) => user);
    const [user = "", ...others] = users;
    if (others.length === 0) return curlCall(this.#origin, `/api/users/${user}/messages`, { data });
    return curlCall(this.#origin, "/api/publish", { messages: [{ users, data }] });
  }

  /** Pushes what is filled in, and shows what came of it. Resolves with whether it was sent. */
  async send(): Promise<boolean> {
    const to = recipientsOf(this.view.value);
    const { title, text } = this.view.value;
    this.change({ busy: true });
    const outcome = await this.#push(to, { title, text });
    this.change({ busy: false, outcome });
    return outcome.kind === "sent";
  }

  /** Gives everybody something to read. Each has an id, so that it is stored once, however often and in how many windows the page is opened. */
  async sendSamples(samples: readonly Sample[]): Promise<void> {
    for (const [index, { to, title, text }] of samples.entries()) {
      const outcome = await this.#push(to, { title, text }, `notify.sample.${index}`);
      if (outcome.kind === "refused") {
        this.change({ outcome });
        return;
      }
    }
  }

  async #push(to: readonly Person[], { title, text }: Draft, messageId?: string): Promise<Outcome> {
    try {
      await Promise.all(
        to.map((person) => this.#client.publish(inboxOf(person), { title, text }, { messageId })),
      );
      return { kind: "sent", to };
    } catch (error) {
      return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
    }
  }
}
