import type { Member, MessagePush, Push } from "@tidewire/protocol";
import type { Paint } from "../colours.ts";

/** How a push reads in a terminal; null for what a person does not follow. */
export function pushLine(push: Push, paint: Paint, nowMs: number): string | null {
  if (push.type === "message") return `${head(push.channel, push.time, paint)}  ${messageText(push, paint)}`;
  const text = stateText(push, paint);
  return text === null || !("channel" in push) ? null : `${head(push.channel ?? "", nowMs, paint)}  ${text}`;
}

function messageText({ offset, key, data, dropped }: MessagePush, paint: Paint): string {
  const about = key === undefined ? "" : `  ${visible(key)}`;
  const lost = dropped === undefined ? "" : paint("yellow", `  (${dropped} before it were not sent)`);
  return `${offset ?? "–"}${about}  ${visible(data)}${lost}`;
}

function stateText(push: Push, paint: Paint): string | null {
  if (push.type === "gap") {
    const { from, to, reason } = push;
    return paint("yellow", `gap from ${from ?? "?"} to ${to ?? "?"}: ${reason}`);
  }
  if (push.type === "join" || push.type === "leave") {
    const verb = push.type === "join" ? "joined" : "left";
    return paint("dim", `${push.members.map(nameOf).join(", ")} ${verb}`);
  }
  if (push.type !== "presence") return null;
  const names = push.members.map(nameOf).join(", ") || "nobody";
  // In a large room only some of them are named.
  return paint(
    "dim",
    push.count === undefined ? `here: ${names}` : `here: ${push.count}, among them ${names}`,
  );
}

function head(channel: string, timeMs: number, paint: Paint): string {
  const local = new Date(timeMs - new Date(timeMs).getTimezoneOffset() * 60_000);
  return `${paint("dim", local.toISOString().slice(11, 23))}  ${paint("cyan", channel)}`;
}

function nameOf({ user, connection }: Member): string {
  return user === undefined ? connection : visible(user);
}

/** As JSON, with the control characters escaped that JSON lets through: what others write must not move a terminal's cursor. */
function visible(value: unknown): string {
  const json = typeof value === "string" && /^[\w.@:-]+$/.test(value) ? value : JSON.stringify(value);
  return json.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
