import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { useWords } from "./language.tsx";
import "./button.css";
import "./copy-line.css";

const COPIED_FOR_MS = 2000;

/** Copies by the clipboard API, and says whether it worked: pages on plain http have none. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Selects what an element shows, so that a person can copy it by hand. */
function select(element: Element | null): void {
  if (element !== null) getSelection()?.selectAllChildren(element);
}

interface CopyLineProps {
  /** The command or code, exactly as it is to be pasted. */
  readonly text: string;
  /** What it is, for screen readers. */
  readonly label: string;
  /** A command that stays on one line, and is scrolled sideways, where wrapping would bury what stands around it. */
  readonly isFlat?: boolean;
}

/** A command or a few lines of code, with a button that copies them. */
export function CopyLine({ text, label, isFlat = false }: CopyLineProps): VNode {
  const { say } = useWords();
  const [outcome, setOutcome] = useState<"copied" | "selected">();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), COPIED_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const click = (event: MouseEvent): void => {
    const code = event.currentTarget instanceof Element ? event.currentTarget.previousElementSibling : null;
    void copy(text).then((copied) => {
      if (!copied) select(code);
      setOutcome(copied ? "copied" : "selected");
    });
  };
  const caption =
    outcome === undefined ? say("look.copy") : say(outcome === "copied" ? "look.copied" : "look.selected");
  return (
    <div class={isFlat ? "copy-line copy-line-flat" : "copy-line"}>
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      <button type="button" class="button button-small" onClick={click}>
        <Icon name={outcome === undefined ? "copy" : "check"} />
        <span aria-live="polite">{caption}</span>
      </button>
    </div>
  );
}
