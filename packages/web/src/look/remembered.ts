/** Texts that outlive the page, each under its name. */
export interface Memory {
  /** Undefined when there is nothing under this name, or storage is forbidden. */
  recall(name: string): string | undefined;
  /** Where storage is forbidden or full, nothing is kept: the page works on without a memory. */
  remember(name: string, text: string): void;
}

/** What every page of the browser remembers, also after it was closed. */
export const browserMemory: Memory = memoryOf(() => localStorage);

/** What one tab remembers, over reloads and until it is closed. A duplicated tab begins with a copy of it. */
export const tabMemory: Memory = memoryOf(() => sessionStorage);

/** Reads what the browser remembers under this name. */
export function recall(name: string): string | undefined {
  return browserMemory.recall(name);
}

/** Remembers a text for the browser under this name. */
export function remember(name: string, text: string): void {
  browserMemory.remember(name, text);
}

/** Merely asking for the storage throws where it is forbidden, so it is asked for at each use. */
function memoryOf(storage: () => Storage): Memory {
  return {
    recall(name) {
      try {
        return storage().getItem(`tidewire.${name}`) ?? undefined;
      } catch {
        return undefined;
      }
    },
    remember(name, text) {
      try {
        storage().setItem(`tidewire.${name}`, text);
      } catch {
        // Private windows and full disks.
      }
    },
  };
}
