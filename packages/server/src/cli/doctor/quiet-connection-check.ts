import { type ConnectedPush, decodePush, encodeCommand } from "@tidewire/protocol";
import { connectWebSocket } from "@tidewire/websocket";
import { formatDuration } from "../../base/duration.ts";
import { type Finding, fail, ok } from "./finding.ts";

const CHECK = "quiet connections";
const GREETING_MS = 10_000;

/** What a connection that says nothing shows. */
export interface QuietConnection {
  /** What the server has said first; null: nothing in time. */
  readonly greeting: ConnectedPush | null;
  /** How far the server's clock is ahead of this one's. */
  readonly skewMs: number;
  /** How long it stayed open, at most as long as it was held; null: it was held to the end. */
  readonly closedAfterMs: number | null;
}

/** Connects, and keeps the connection for so long without a word. */
export function holdConnection(
  url: string,
  token: string | undefined,
  holdMs: number,
  clocks: { readonly wallMs: () => number; readonly steadyMs: () => number },
): Promise<QuietConnection> {
  return new Promise((resolve) => {
    let greeting: ConnectedPush | null = null;
    let skewMs = 0;
    let openedAtMs = clocks.steadyMs();
    let timer: NodeJS.Timeout | undefined;
    const finish = (closedAfterMs: number | null): void => {
      clearTimeout(timer);
      resolve({ greeting, skewMs, closedAfterMs });
    };
    const connection = connectWebSocket(`${url.replace(/^http/, "ws")}/connect`, {
      onOpen() {
        openedAtMs = clocks.steadyMs();
        connection.sendText(encodeCommand({ type: "connect", id: 1, ...(token !== undefined && { token }) }));
      },
      onText(text) {
        const push = decodePush(text);
        if (push?.type !== "connected" || greeting !== null) return;
        greeting = push;
        // The answer is half a round trip old.
        skewMs = push.time + (clocks.steadyMs() - openedAtMs) / 2 - clocks.wallMs();
        clearTimeout(timer);
        timer = setTimeout(() => {
          connection.close(1000);
          finish(null);
        }, holdMs);
      },
      onClose: () => finish(clocks.steadyMs() - openedAtMs),
    });
    timer = setTimeout(() => {
      connection.close();
      finish(null);
    }, GREETING_MS);
  });
}

/** Whether a proxy ends connections that are quiet. */
export function quietFinding({ greeting, closedAfterMs }: QuietConnection, holdMs: number): Finding {
  const pingIntervalMs = greeting?.pingIntervalMs ?? 0;
  if (closedAfterMs === null) {
    const held = formatDuration(holdMs);
    return ok(CHECK, `open after ${held}; the server pings every ${formatDuration(pingIntervalMs)}`);
  }
  const seconds = Math.max(1, Math.floor(closedAfterMs / 1000));
  const message = `It was closed after ${(closedAfterMs / 1000).toFixed(1)} s: a proxy's time-out is shorter than the server's pings.`;
  const mend = `proxy_read_timeout 75s;   # nginx; or let the server ping more often: sessions: { pingIntervalMs: ${Math.ceil(seconds / 2)}s }`;
  return fail(CHECK, message, mend);
}
