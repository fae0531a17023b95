import type { ClientState } from "@tidewire/client";
import type { ConnectionView } from "./connection-view.ts";

/** What the state pill shows for a state of the SDK. */
export function connectionView(state: ClientState): ConnectionView {
  switch (state.status) {
    case "idle":
    case "connecting":
    case "suspended":
      return { kind: "connecting" };
    case "live":
      return { kind: "live" };
    case "catching-up":
      // Until the server has said how much is missing there is nothing to count down.
      return state.missing === 0 ? { kind: "connecting" } : { kind: "catching-up", missing: state.missing };
    case "offline":
      return { kind: "offline", retryAtMs: state.retryAtMs };
    case "kicked":
    case "closed":
      return { kind: "kicked", reason: state.reason };
  }
}
