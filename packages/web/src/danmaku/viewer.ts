import { type JsonValue, type Subscription, Tidewire, TidewireError } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { FrameBatch } from "../look/frame-batch.ts";
import { Store } from "../look/store.ts";
import { type Colour, type Comment, commentData, readComment } from "./comment.ts";
import { channelOf, type Room } from "./rooms.ts";

/** So many comments are listed. */
const LISTED = 60;
/** So many were there before, at most, when somebody enters. */
const RECENT = 30;
/** So many of them fly over the video once more, one after the other. */
const FLOWN_AGAIN = 8;
const AGAIN_MS = 600;

/** What the person has to know about their last comment. */
export type Note =
  /** Too soon after the one before. */
  | { readonly kind: "cooldown" }
  /** The word filter has changed it. */
  | { readonly kind: "filtered" }
  /** The word filter is asked, and does not answer. */
  | { readonly kind: "filterSilent" }
  /** The backend or the server said no, and why. */
  | { readonly kind: "refused"; readonly message: string };

export interface ViewerView {
  readonly connection: ConnectionView;
  readonly room: Room;
  /** How many watch this room; 0 until it is known. */
  readonly watching: number;
  /** Oldest first. */
  readonly comments: readonly Comment[];
  readonly note: Note | undefined;
  /** When the next comment is taken, by the page's clock; 0: at once. */
  readonly cooldownUntilMs: number;
}

/** What came in since the room was entered. */
export interface Counts {
  /** Comments that came. */
  received: number;
  /** Comments that the server left out for this viewer. */
  dropped: number;
}

/** Somebody who watches a room, reads what others write, and writes. */
export class Viewer {
  readonly view: Store<ViewerView>;
  /** Counted up without telling anybody; whoever shows them looks now and then. */
  readonly counts: Counts = { received: 0, dropped: 0 };
  readonly #user: string;
  readonly #client: Tidewire<{ "**": JsonValue }>;
  readonly #samples: () => readonly Comment[];
  readonly #flights = new Set<(comment: Comment) => void>();
  readonly #batch = new FrameBatch<Comment>((comments) => this.#list(comments));
  /** What was sent and has not come back, by id. */
  readonly #sent = new Map<string, string>();
  #subscription: Subscription<JsonValue> | undefined;
  #again: ReturnType<typeof setInterval> | undefined;

  /** `samples` are shown in a room where nobody has written yet. */
  constructor(
    url: string,
    user: string,
    { room, samples }: { readonly room: Room; readonly samples: () => readonly Comment[] },
  ) {
    this.#user = user;
    this.#samples = samples;
    this.#client = new Tidewire<{ "**": JsonValue }>(url, { user, name: "tidewire-danmaku" });
    this.view = new Store<ViewerView>({
      connection: connectionView(this.#client.state),
      room,
      watching: 0,
      comments: [],
      note: undefined,
      cooldownUntilMs: 0,
    });
    this.#client.on("state", (state) => this.#change({ connection: connectionView(state) }));
    void this.#enter(room);
  }

  /** Hears each comment that is to fly, until the returned function is called. */
  onFlight(listener: (comment: Comment) => void): () => void {
    this.#flights.add(listener);
    return () => this.#flights.delete(listener);
  }

  /** Leaves this room for another one. */
  enter(room: Room): void {
    if (room === this.view.value.room) return;
    this.#subscription?.unsubscribe();
    this.#batch.stop();
    Object.assign(this.counts, { received: 0, dropped: 0 });
    this.#change({ room, watching: 0, comments: [], note: undefined, cooldownUntilMs: 0 });
    void this.#enter(room);
  }

  /** Writes a comment. Resolves with whether it was taken; if not, the view says why. */
  async send(text: string, colour: Colour): Promise<boolean> {
    const channel = channelOf(this.view.value.room);
    const messageId = crypto.randomUUID();
    this.#sent.set(messageId, text);
    this.#change({ note: undefined });
    try {
      // A comment belongs to what is seen now: it is not worth trying again later.
      await this.#client.publish(channel, commentData(text, colour), { messageId, retry: false });
      return true;
    } catch (error) {
      this.#sent.delete(messageId);
      this.#refused(error);
      return false;
    }
  }

  #refused(error: unknown): void {
    if (!(error instanceof TidewireError)) return this.#change({ note: refusal(String(error)) });
    const { code, message, retryAfterMs } = error;
    if (code === "rate_limited") {
      return this.#change({ note: { kind: "cooldown" }, cooldownUntilMs: Date.now() + retryAfterMs });
    }
    return this.#change({ note: code === "hook_failed" ? { kind: "filterSilent" } : refusal(message) });
  }

  async #enter(room: Room): Promise<void> {
    clearInterval(this.#again);
    const subscription = this.#client.subscribe(channelOf(room));
    this.#subscription = subscription;
    subscription.on("presence", () => this.#change({ watching: subscription.memberCount }));
    subscription.on("message", (message) => {
      this.counts.received += 1;
      this.counts.dropped += message.dropped ?? 0;
      const comment = readComment(message, this.#user);
      this.#take(comment);
      for (const fly of this.#flights) fly(comment);
      this.#batch.push(comment);
    });
    subscription.on("error", ({ message }) => this.#change({ note: refusal(message) }));
    try {
      await subscription.ready();
      const page = await subscription.history({ limit: RECENT, order: "desc" });
      if (this.#subscription === subscription)
        this.#recall(page.messages.toReversed().map((message) => readComment(message, this.#user)));
    } catch {
      // Refused, of which `error` tells, or another room was chosen meanwhile.
    }
  }

  /** Shows what was written before, or samples where there was nothing. */
  #recall(recent: readonly Comment[]): void {
    this.#batch.flush();
    const { comments } = this.view.value;
    const known = new Set(comments.map(({ id }) => id));
    const before = recent.length > 0 ? recent.filter(({ id }) => !known.has(id)) : this.#samples();
    this.#change({ comments: [...before, ...comments].slice(-LISTED) });
    const again = before.slice(-FLOWN_AGAIN);
    let next = 0;
    this.#again = setInterval(() => {
      const comment = again[next];
      next += 1;
      if (comment === undefined) return clearInterval(this.#again);
      for (const fly of this.#flights) fly(comment);
    }, AGAIN_MS);
  }

  /** Notices when one's own comment has come back as another one. */
  #take({ id, text, rank }: Comment): void {
    const sent = this.#sent.get(id);
    this.#sent.delete(id);
    if (rank === "own" && sent !== undefined && sent !== text) this.#change({ note: { kind: "filtered" } });
  }

  #list(comments: readonly Comment[]): void {
    this.#change({ comments: [...this.view.value.comments, ...comments].slice(-LISTED) });
  }

  #change(change: Partial<ViewerView>): void {
    this.view.set({ ...this.view.value, ...change });
  }
}

function refusal(message: string): Note {
  return { kind: "refused", message };
}
