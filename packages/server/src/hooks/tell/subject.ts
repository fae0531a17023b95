import type { WebhookEvent } from "../../config/webhook-events.ts";

/** Something that begins and ends, as a backend is told of it. */
export type Subject =
  | { readonly kind: "connection"; readonly connection: string; readonly user: string | null }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "channel"; readonly channel: string }
  /** `connection` is null where the user is known: all of the user's connections are one member. */
  | {
      readonly kind: "member";
      readonly channel: string;
      readonly user: string | null;
      readonly connection: string | null;
    };

/** The events with which each kind of subject begins and ends. */
export const BEGINNING_AND_END = {
  connection: ["connection.opened", "connection.closed"],
  user: ["user.online", "user.offline"],
  channel: ["channel.occupied", "channel.vacated"],
  member: ["member.joined", "member.left"],
} as const satisfies Readonly<Record<Subject["kind"], readonly [WebhookEvent, WebhookEvent]>>;

/**
 * The name under which a subject is kept, also across restarts.
 *
 * It is the JSON of what its events say, after the kind: `member {"channel":"room.1","user":"u1"}`.
 */
export function subjectName(subject: Subject): string {
  return `${subject.kind} ${subjectJson(subject)}`;
}

function subjectJson(subject: Subject): string {
  switch (subject.kind) {
    case "connection":
      return JSON.stringify({ connection: subject.connection, ...whose(subject.user) });
    case "user":
      return JSON.stringify({ user: subject.user });
    case "channel":
      return JSON.stringify({ channel: subject.channel });
    case "member":
      return JSON.stringify({
        channel: subject.channel,
        ...whose(subject.user),
        ...(subject.connection === null ? {} : { connection: subject.connection }),
      });
  }
}

function whose(user: string | null): { readonly user?: string } {
  return user === null ? {} : { user };
}

/** Takes a name apart: the kind, and the fields of its events as JSON without braces. Null for what is no name. */
export function readSubjectName(
  name: string,
): { readonly kind: Subject["kind"]; readonly fieldsJson: string } | null {
  const [, kind, fieldsJson] = /^(\w+) \{(.*)\}$/s.exec(name) ?? [];
  return isKind(kind) && fieldsJson !== undefined ? { kind, fieldsJson } : null;
}

function isKind(text: string | undefined): text is Subject["kind"] {
  return text !== undefined && Object.hasOwn(BEGINNING_AND_END, text);
}
