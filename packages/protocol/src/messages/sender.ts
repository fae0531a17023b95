import { serverId, userId } from "../fields.ts";
import { either, literalTrue, object, optional, type Schema } from "../schema.ts";

/** Who published: the backend, or a connection and (unless anonymous) its user. The server fills it in. */
export type Sender = { readonly api: true } | { readonly user?: string; readonly connection: string };

interface ApiSender {
  readonly api: true;
}

interface ClientSender {
  readonly user?: string;
  readonly connection: string;
}

export const sender: Schema<Sender> = either(
  object<ApiSender>({ api: literalTrue }),
  object<ClientSender>({ user: optional(userId), connection: serverId }),
);
