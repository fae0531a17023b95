/** Far longer than anything takes on a busy machine: whoever waits so long waits for what never comes. */
export const PATIENCE_MS = 30_000;

/** Waits for a promise, or fails and says what never came. `soFar` tells what did. */
export async function within<Value>(
  promise: Promise<Value>,
  what: string,
  soFar: () => string = () => "",
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come. ${soFar()}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until `condition` holds; for states that announce themselves by no event. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`${what}: never came true`);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
