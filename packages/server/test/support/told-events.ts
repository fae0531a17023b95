import type { BackendServer } from "./backend-server.ts";

/** One event as a backend was told it. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly time: number;
  readonly channel?: string;
  readonly [field: string]: unknown;
}

/** All events that a backend was told so far, in their order, repeats included. */
export function toldTo(backend: BackendServer): readonly ToldEvent[] {
  return backend.requests.flatMap(({ json }) => {
    const { events } = json;
    return Array.isArray(events) ? events.filter(isEvent) : [];
  });
}

function isEvent(value: unknown): value is ToldEvent {
  return typeof value === "object" && value !== null && "type" in value && "id" in value;
}
