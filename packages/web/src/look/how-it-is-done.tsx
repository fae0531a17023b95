import type { VNode } from "preact";
import { CopyLine } from "./copy-line.tsx";
import { useWords } from "./language.tsx";
import "./how-it-is-done.css";

/** What a demo says of how it is done. */
export interface HowItIsDoneProps {
  readonly title: string;
  readonly text: string;
  /** Three lines. */
  readonly code: string;
  readonly caption: string;
}

/** What stands below the stage of each demo: the lines that make it. */
export function HowItIsDone({ title, text, code, caption }: HowItIsDoneProps): VNode {
  const { say } = useWords();
  return (
    <section class="how" id="how" aria-labelledby="how-title">
      <h2 id="how-title">{title}</h2>
      <p class="how-text">{text}</p>
      <div class="how-code">
        <CopyLine text={code} label={say("look.code")} />
        <p>{caption}</p>
      </div>
    </section>
  );
}
