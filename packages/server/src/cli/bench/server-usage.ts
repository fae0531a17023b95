/** What the server's process has used, from its own metrics. */
export interface ServerUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Reads it; null where the server does not tell. */
export async function readServerUsage(url: string, key: string): Promise<ServerUsage | null> {
  try {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    const cpuSeconds = valueOf(text, "process_cpu_seconds_total");
    const residentBytes = valueOf(text, "process_resident_memory_bytes");
    return cpuSeconds === null || residentBytes === null ? null : { cpuSeconds, residentBytes };
  } catch {
    return null;
  }
}

function valueOf(metrics: string, name: string): number | null {
  const [, value] = new RegExp(`^${name} (\\S+)$`, "m").exec(metrics) ?? [];
  return value === undefined ? null : Number(value);
}
