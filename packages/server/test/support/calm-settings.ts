/** The settings of a server that refuses nothing since the machine is slow, unless they say so themselves. */
export function calmSettings(
  settings: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const { limits } = settings;
  return { ...settings, limits: { overloadDelayMs: "off", ...(typeof limits === "object" ? limits : {}) } };
}
