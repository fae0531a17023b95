import { TOKEN_VARIABLE } from "../../config/resolve.ts";
import type { TargetPorts } from "./server-target.ts";

/** The token that a command signs in with as a client: `--token`, else `TIDEWIRE_TOKEN`; undefined for none. Empty counts as absent. */
export function clientToken(
  { token }: { readonly token?: string },
  { env }: Pick<TargetPorts, "env">,
): string | undefined {
  const given = token ?? env[TOKEN_VARIABLE];
  return given === "" ? undefined : given;
}
