/** Channels of every kind, for a server with everything switched on. */
export const CHANNELS = {
  all: "soak.all",
  live: "soak.live",
  ticker: "soak.ticker",
  danmaku: "soak.danmaku",
} as const;

/** Rooms that restless clients come to and leave. */
export const ROOMS = 20;
export const roomName = (index: number): string => `soak.room.${index}`;
export const ALL_ROOMS = "soak.room.*";

/** Symbols of the ticker. */
export const SYMBOLS = 50;

/** What the server of the endurance run is told; `webhookUrl` is where it tells who comes and goes. */
export function soakSettings(webhookUrl: string): Readonly<Record<string, unknown>> {
  return {
    channels: [
      { match: CHANNELS.all, history: { messages: 2000 } },
      { match: CHANNELS.live, history: "off" },
      { match: CHANNELS.ticker, history: { messages: 500 }, deliver: "latest", maxRate: 5 },
      { match: CHANNELS.danmaku, history: { messages: 500 }, deliver: "budget", budget: 10 },
      { match: ALL_ROOMS, history: { messages: 100 }, presence: true, publish: "users", patterns: true },
    ],
    webhooks: { endpoints: [{ url: webhookUrl }] },
    sessions: { graceMs: 1000 },
  };
}
