/** What a backend can be told, by the name of the event. docs/hooks.md lists this table. */
export const WEBHOOK_EVENTS = {
  "connection.opened": "A client has connected.",
  "connection.closed": "A client is gone, and did not come back within `sessions.graceMs`.",
  "user.online": "A user has the first connection.",
  "user.offline": "A user has no connection any more.",
  "channel.occupied": "A channel has its first subscriber.",
  "channel.vacated": "A channel has no subscriber any more.",
  "member.joined":
    "A user is present in a channel; several connections of one user count once, and an anonymous one counts as somebody of its own.",
  "member.left": "A user is not present in a channel any more.",
  "message.published": "A client has published a message. What the API publishes is not told.",
} as const;

/** The name of an event in {@link WEBHOOK_EVENTS}. */
export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;

/** Tells whether a text chooses events: a name, a group such as `member.*`, or `*`. */
export function choosesEvents(text: string): boolean {
  return eventsChosenBy(text).length > 0;
}

/** The events that a name, a group such as `member.*`, or `*` stands for. */
export function eventsChosenBy(text: string): readonly WebhookEvent[] {
  const events = Object.keys(WEBHOOK_EVENTS).filter(isWebhookEvent);
  if (text === "*") return events;
  return events.filter(
    (event) => event === text || (text.endsWith(".*") && event.startsWith(text.slice(0, -1))),
  );
}

function isWebhookEvent(text: string): text is WebhookEvent {
  return Object.hasOwn(WEBHOOK_EVENTS, text);
}
