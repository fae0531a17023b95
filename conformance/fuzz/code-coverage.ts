import { type Profiler, Session } from "node:inspector";

/** One script: which of its characters were executed at some time, and where its functions are. */
interface Script {
  readonly executed: Uint8Array;
  /** Every function, in the order of the source: V8 leaves out those that did not run since the last look. */
  readonly functions: ReadonlyMap<string, Profiler.CoverageRange>;
}

/** How much of the code inside functions was executed. */
export interface CoverageShare {
  readonly executedCharacters: number;
  readonly characters: number;
}

/** What was executed since the last look, and not before; not taken over yet. */
export type NewCode = ReadonlyMap<Script, Uint8Array>;

/**
 * Which code of some files has been executed, as V8 counts it by blocks.
 *
 * Blocks are counted only in what is loaded afterwards, so it must be made before the files are imported. A look costs about a
 * millisecond, whatever was executed before it. There can be one in a process.
 */
export class CodeCoverage {
  readonly #session: Session = new Session();
  readonly #scripts: Map<string, Script> = new Map();
  #files: readonly string[] = [];

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Looks at files whose paths contain one of these, from now on. To be called once, before they are used. */
  watch(files: readonly string[]): void {
    this.#files = files;
    const found = this.look();
    if (found !== null) this.learn(found);
  }

  /** What was executed since the last look that never was before; null when there is nothing new. */
  look(): NewCode | null {
    const found = new Map<Script, Uint8Array>();
    for (const taken of this.#take()) {
      const script = this.#scripts.get(taken.url) ?? this.#learn(taken);
      const latest = paint(script, taken.functions);
      if (latest.some((isExecuted, at) => isExecuted === 1 && script.executed[at] === 0)) {
        found.set(script, latest);
      }
    }
    return found.size > 0 ? found : null;
  }

  /** Counts what a look has found as known from now on. */
  learn(code: NewCode): void {
    for (const [{ executed }, latest] of code) {
      for (const [at, isExecuted] of latest.entries()) if (isExecuted === 1) executed[at] = 1;
    }
  }

  share(): CoverageShare {
    let executedCharacters = 0;
    let characters = 0;
    for (const { executed, functions } of this.#scripts.values()) {
      const inside = new Uint8Array(executed.length);
      for (const { startOffset, endOffset } of functions.values()) inside.fill(1, startOffset, endOffset);
      for (const [at, isInside] of inside.entries()) {
        characters += isInside;
        if (isInside === 1) executedCharacters += executed[at] ?? 0;
      }
    }
    return { executedCharacters, characters };
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // The session is in this very thread, so the answer is there when the call returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      scripts = answer.result.filter(({ url }) => this.#files.some((file) => url.includes(file)));
    });
    return scripts;
  }

  #learn({ url, functions }: Profiler.ScriptCoverage): Script {
    const [module, ...others] = functions.flatMap(({ ranges }) => ranges.slice(0, 1));
    const script = {
      executed: new Uint8Array(module?.endOffset ?? 0),
      functions: new Map(others.map((range) => [nameOf(range), range])),
    };
    this.#scripts.set(url, script);
    return script;
  }
}

/** Marks the characters that were executed. Inner functions and blocks come after what they are in. */
function paint(script: Script, reported: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ranges = new Map(reported.map((one) => [nameOf(one.ranges[0]), one.ranges]));
  const executed = new Uint8Array(script.executed.length);
  for (const [name, whole] of script.functions) {
    for (const { startOffset, endOffset, count } of ranges.get(name) ?? [{ ...whole, count: 0 }]) {
      executed.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
  }
  return executed;
}

function nameOf(range: Profiler.CoverageRange | undefined): string {
  return range === undefined ? "" : `${range.startOffset}-${range.endOffset}`;
}
