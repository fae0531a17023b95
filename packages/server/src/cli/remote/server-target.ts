import { isLoopbackAddress } from "../../base/address.ts";
import { findApiKey } from "../../auth/key-file.ts";
import type { Config, LoadedConfig } from "../../config/config.ts";
import { URL_VARIABLE } from "../../config/resolve.ts";
import type { Options } from "../command.ts";
import { UsageError } from "../usage-error.ts";

const API_KEY_VARIABLE = "TIDEWIRE_API_KEY";

/** What a command needs to find the server that it talks to. */
export interface TargetPorts {
  readonly load: (options: Options) => LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The flags by which a server is found. */
export interface TargetOptions extends Options {
  readonly url?: string;
  readonly apiKey?: string;
  readonly config?: string;
  readonly data?: string;
}

/**
 * The address of the server, without a slash at its end: `--url`, `TIDEWIRE_URL`, or where the configuration lets a server listen.
 *
 * Throws a UsageError for what is no address, and a ConfigError.
 */
export function serverUrl(options: TargetOptions, ports: TargetPorts): string {
  const given = givenUrl(options, ports);
  if (given === undefined) return configuredUrl(ports.load(options).values);
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) {
    throw new UsageError(`${given} is not the URL of a server. Write it as http://127.0.0.1:8080.`);
  }
  return given.replace(/\/+$/, "");
}

/**
 * The key for the server's API: `--api-key`, `TIDEWIRE_API_KEY`, the configuration, or the data folder.
 *
 * The last two belong to the server of this machine, and go to no other, unless the folder or the file was named with `--data` or `--config`.
 * Rejects with a UsageError that says how to give one.
 */
export async function serverKey(options: TargetOptions, ports: TargetPorts): Promise<string> {
  const given = options.apiKey ?? ports.env[API_KEY_VARIABLE]?.split(",")[0]?.trim();
  if (given !== undefined && given !== "") return given;
  const url = givenUrl(options, ports);
  const isOwn = url === undefined || isLoopbackUrl(url) || (options.data ?? options.config) !== undefined;
  if (!isOwn) {
    throw new UsageError(
      `The key of ${url} is not known here. Set ${API_KEY_VARIABLE}, or give --api-key, --data or --config.`,
    );
  }
  const { values } = ports.load(options);
  const configured = values.apiKeys.find(({ scopes }) => scopes.includes("admin")) ?? values.apiKeys[0];
  const key = configured?.key ?? (await findApiKey(values.data));
  if (key !== undefined) return key;
  throw new UsageError(
    `There is no API key in ${values.data}. Name the server's data folder with --data, or set ${API_KEY_VARIABLE}.`,
  );
}

function givenUrl({ url }: TargetOptions, { env }: TargetPorts): string | undefined {
  const variable = env[URL_VARIABLE];
  return url ?? (variable === "" ? undefined : variable);
}

/** Where a server with this configuration can be reached from this machine. */
export function configuredUrl({ listen, tls }: Config): string {
  const host = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[listen.host] ?? listen.host;
  const inUrl = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return `${tls.cert === null ? "http" : "https"}://${inUrl}:${listen.port}`;
}

/** Tells whether a URL names this machine by a loopback address. */
export function isLoopbackUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || isLoopbackAddress(host);
}
