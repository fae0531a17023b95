import type { AddressInfo, Server } from "node:net";

/** Listening was not possible. The message says why and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Lets a server listen; resolves with the port, which the system chose for 0. Rejects with a StartError. */
export async function listenOn(
  server: Server,
  { host, port, backlog }: { readonly host: string; readonly port: number; readonly backlog: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port));
    server.once("error", fail);
    server.listen({ host, port, backlog }, () => {
      server.off("error", fail);
      resolve();
    });
  });
  const address = server.address();
  return isAddressInfo(address) ? address.port : port;
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === "object";
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  if (error.code === "EADDRINUSE") {
    return new StartError(
      `Port ${port} on ${host} is in use. Stop what listens there, or choose another with --port.`,
      { cause: error },
    );
  }
  return new StartError(`Cannot listen on ${host}:${port}: ${error.message}.`, { cause: error });
}
