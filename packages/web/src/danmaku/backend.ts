import { type JsonValue, Tidewire } from "@tidewire/client";
import { isJsonObject } from "../chat/person.ts";
import { Store } from "../look/store.ts";
import { ASKED_CHANNEL, type Room, ROOMS, STATUS_CHANNEL } from "./rooms.ts";

/** The user that `examples/danmaku/backend.mjs` is. */
const BACKEND = "danmaku.backend";

/** How things stand with the crowd, as the backend tells once a second. */
export interface Crowd {
  readonly room: Room;
  readonly wanted: number;
  readonly viewers: number;
  /** Comments that are published per second. */
  readonly rate: number;
  /** Comments that the viewers got, and that were left out for them, all together. */
  readonly received: number;
  readonly dropped: number;
  readonly secondsLeft: number;
}

/** What is known of the backend. */
export interface BackendView {
  readonly isThere: boolean;
  /** Whether the server asks its word filter. */
  readonly isFiltering: boolean;
  readonly crowd: Crowd | undefined;
}

const AWAY: BackendView = { isThere: false, isFiltering: false, crowd: undefined };

/** The example's backend, as this page sees it: by its presence, and by what it tells. */
export class Backend {
  readonly view: Store<BackendView> = new Store(AWAY);
  readonly #client: Tidewire<{ "**": JsonValue }>;

  constructor(url: string, user: string) {
    this.#client = new Tidewire<{ "**": JsonValue }>(url, { user, name: "tidewire-danmaku-page" });
    const status = this.#client.subscribe(STATUS_CHANNEL, { since: { last: 1 } });
    let told = AWAY;
    const update = (): void => {
      const isThere = status.members.some(({ user: member }) => member === BACKEND);
      this.view.set(isThere ? { ...told, isThere } : AWAY);
    };
    status.on("presence", update);
    status.on("message", ({ data, from }) => {
      if ("api" in from) told = { isThere: true, ...readStatus(data) };
      update();
    });
  }

  /** Asks for a crowd in this room, or sends it home. */
  async ask(crowd: "start" | "stop", room: Room): Promise<void> {
    await this.#client.publish(ASKED_CHANNEL, { crowd, room });
  }
}

function readStatus(data: JsonValue): Pick<BackendView, "isFiltering" | "crowd"> {
  if (!isJsonObject(data)) return AWAY;
  return { isFiltering: data["isFiltering"] === true, crowd: readCrowd(data["crowd"]) };
}

function readCrowd(data: JsonValue | undefined): Crowd | undefined {
  if (!isJsonObject(data)) return undefined;
  const room = ROOMS.find((one) => one === data["room"]);
  if (room === undefined) return undefined;
  const number = (name: string): number => (typeof data[name] === "number" ? data[name] : 0);
  return {
    room,
    wanted: number("wanted"),
    viewers: number("viewers"),
    rate: number("rate"),
    received: number("received"),
    dropped: number("dropped"),
    secondsLeft: number("secondsLeft"),
  };
}
