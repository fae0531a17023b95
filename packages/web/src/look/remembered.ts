/**
 * Reads what the browser remembers under `tidewire.NAME`.
 *
 * Undefined when there is nothing or storage is forbidden.
 */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`tidewire.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a text under `tidewire.NAME`; where storage is forbidden or full it lasts as long as the page. */
export function remember(name: string, text: string): void {
  try {
    localStorage.setItem(`tidewire.${name}`, text);
  } catch {
    // Private windows and full disks: the page works on without a memory.
  }
}
