import Type from "typebox";
import type { Command } from "commander";
import { command, printsJson, withExamples, withJson } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { type RemotePorts, serverApi, withServer } from "./remote-command.ts";
import type { ServerApi } from "./server-api.ts";
import type { TargetOptions } from "./server-target.ts";

const EXAMPLES = [
  [`tidewire kick ann --reason 'signed in elsewhere'`, "send a user away"],
  ["tidewire kick eve --ban 10m --reason spam", "and keep the user out for a while"],
] as const;

interface KickOptions extends TargetOptions {
  readonly connection?: string;
  readonly reason?: string;
  readonly code?: string;
  readonly device?: string;
  readonly revoke?: boolean;
  readonly ban?: string | true;
  readonly unban?: boolean;
}

/** What was done: the server's answer, and the same as a sentence. */
interface Done {
  readonly answer: object;
  readonly sentence: string;
}

const DISCONNECTED = Type.Object({ user: Type.String(), connections: Type.Integer() });
const BANNED = Type.Object({
  user: Type.String(),
  until: Type.Optional(Type.Integer()),
  connections: Type.Integer(),
});
const UNBANNED = Type.Object({ user: Type.String(), lifted: Type.Boolean() });
const CLOSED = Type.Object({ connection: Type.String() });

/** `tidewire kick`: sends somebody away, for a time or for good. */
export function kickCommand(ports: RemotePorts): Command {
  const kick = command("kick", "Send a user or one connection away, by a running server.")
    .argument("[user]", "The user, on all devices; none with --connection.")
    .option("--connection <id>", "Only this connection.")
    .option("--reason <text>", "What the user is told.")
    .option("--code <number>", "The close code, from 4400 to 4999.")
    .option("--device <name>", "Only the sessions of this device.")
    .option("--revoke", "Refuse the tokens that were issued until now, too.")
    .option("--ban [duration]", "Keep the user out for so long, such as 10m or 7d, or until --unban.")
    .option("--unban", "Lift a ban, and send nobody away.");
  return withExamples(withServer(withJson(kick), { needsKey: true }), EXAMPLES).action(
    (user: string | undefined, options: KickOptions) =>
      ports.run(async () => {
        const call = callOf(user, options);
        const { answer, sentence } = await call(await serverApi(options, ports));
        ports.terminal.print(printsJson(options, ports.terminal) ? JSON.stringify(answer) : sentence);
        return 0;
      }),
  );
}

function callOf(user: string | undefined, options: KickOptions): (api: ServerApi) => Promise<Done> {
  const { connection, ban, unban, device, revoke, code } = options;
  if ((user === undefined) === (connection === undefined)) {
    throw new UsageError("Name a user or --connection, one of them.");
  }
  if (connection !== undefined) {
    refuseFlags("--connection", { device, revoke, ban, unban });
    return (api) => closeConnection(api, connection, options);
  }
  const name = user ?? "";
  if (unban === true) {
    refuseFlags("--unban", { reason: options.reason, ban, device, revoke, code });
    return (api) => lift(api, name);
  }
  if (ban === undefined) return (api) => disconnect(api, name, options);
  refuseFlags("--ban", { device, revoke, code });
  return (api) => banUser(api, name, ban, options);
}

function refuseFlags(flag: string, others: Readonly<Record<string, unknown>>): void {
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) throw new UsageError(`--${other} does not go with ${flag}.`);
}

async function closeConnection(api: ServerApi, id: string, { reason, code }: KickOptions): Promise<Done> {
  const query = new URLSearchParams({
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
  });
  const path = `/api/connections/${encodeURIComponent(id)}?${query.toString()}`;
  const answer = await api.call("DELETE", path, CLOSED);
  return { answer, sentence: `The connection ${answer.connection} was sent away.` };
}

async function disconnect(api: ServerApi, user: string, options: KickOptions): Promise<Done> {
  const { reason, device, revoke, code } = options;
  const body = { reason, device, revoke, ...(code !== undefined && { code: wholeNumber(code) }) };
  const answer = await api.call("POST", `${pathOf(user)}/disconnect`, DISCONNECTED, JSON.stringify(body));
  return { answer, sentence: `${answer.user}: ${sessions(answer.connections)}.` };
}

async function banUser(
  api: ServerApi,
  user: string,
  ban: string | true,
  { reason }: KickOptions,
): Promise<Done> {
  const body = JSON.stringify({ reason, ...(ban !== true && { for: ban }) });
  const answer = await api.call("PUT", `${pathOf(user)}/ban`, BANNED, body);
  const until = answer.until === undefined ? "it is lifted" : new Date(answer.until).toISOString();
  return { answer, sentence: `${answer.user}: banned until ${until}, ${sessions(answer.connections)}.` };
}

async function lift(api: ServerApi, user: string): Promise<Done> {
  const answer = await api.call("DELETE", `${pathOf(user)}/ban`, UNBANNED);
  return { answer, sentence: `${user}: ${answer.lifted ? "the ban is lifted" : "there was no ban"}.` };
}

function pathOf(user: string): string {
  return `/api/users/${encodeURIComponent(user)}`;
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--code must be a number from 4400 to 4999, not ${text}.`);
}

function sessions(count: number): string {
  return count === 1 ? "1 session ended" : `${count} sessions ended`;
}
