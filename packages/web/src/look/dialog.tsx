import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { useWords } from "./language.tsx";
import "./button.css";
import "./dialog.css";

interface DialogProps {
  readonly title: string;
  /** A drawer slides along an edge of the page; a card floats in its middle. */
  readonly place: "left" | "right" | "middle";
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog. Escape, its button and a click beside it close it; the browser keeps the focus inside. */
export function Dialog({ title, place, onClose, children }: DialogProps): VNode {
  const { say } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const clickBeside = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${place}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={clickBeside}
    >
      <div class="dialog-inside">
        <div class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="button button-bare" aria-label={say("look.close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
