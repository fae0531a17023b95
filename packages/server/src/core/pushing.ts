import { BROADCAST_CHANNEL } from "@tidewire/protocol";
import type { ApiCaller } from "./api-caller.ts";
import type { Hub } from "./hub.ts";
import { API_PUBLISHER } from "./message.ts";
import { exceedsUtf8, type PublishDoor, type Published, type Publishing } from "./publish.ts";
import type { PublishTrace } from "./publish-trace.ts";
import type { PushContent, PushItem } from "./push-item.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** What pushing works with. */
export interface PushingPorts {
  readonly publishing: Publishing;
  readonly hub: Hub;
  readonly door: PublishDoor;
  /** Sends to every connection; says under which id, and to how many. */
  readonly broadcast: (dataJson: string) => { readonly id: string; readonly connections: number };
}

/** What became of a broadcast: its id, and how many connections it was handed to. */
export interface Broadcasted {
  readonly ok: true;
  readonly id: string;
  readonly connections: number;
}

/** Publishing by the backend; one for HTTP and one for raw TCP. The key and its scope have been checked. */
export class Pushing {
  readonly #ports: PushingPorts;

  constructor(ports: PushingPorts) {
    this.#ports = ports;
  }

  /** Publishes to one channel. A backend may publish wherever its key reaches and the rules let anybody do so. */
  publish(
    caller: ApiCaller,
    channel: string,
    content: PushContent,
    trace: PublishTrace | null = null,
  ): Promise<Published | Refusal> {
    const { hub, publishing, door } = this.#ports;
    const refusal = caller.channelRefusal(channel);
    if (refusal !== null) return Promise.resolve(refusal);
    if (hub.optionsOf(channel).publish === "nobody") {
      return Promise.resolve(refuse("permission_denied", "The rules of this channel let nobody publish."));
    }
    const { dataJson, id, key, priority, exclude } = content;
    const from = API_PUBLISHER;
    const apiKey = caller.name;
    return publishing.publish({ channel, dataJson, id, key, priority, exclude, from, door, trace, apiKey });
  }

  /** Publishes to every channel of an item; the results stand in the order of its channels. */
  publishItem(
    caller: ApiCaller,
    item: PushItem,
    trace: PublishTrace | null = null,
  ): Promise<readonly (Published | Refusal)[]> {
    return Promise.all(item.channels.map((channel) => this.publish(caller, channel, item, trace)));
  }

  /** Sends to every connection, whatever it is subscribed to. Nothing is stored, and a repeat is not recognised. */
  broadcast(dataJson: string): Broadcasted | Refusal {
    const { messageBytes } = this.#ports.hub.optionsOf(BROADCAST_CHANNEL);
    if (exceedsUtf8(dataJson, messageBytes)) {
      return refuse("message_too_large", `data: must be at most ${messageBytes} bytes of JSON`);
    }
    return { ok: true, ...this.#ports.broadcast(dataJson) };
  }
}
