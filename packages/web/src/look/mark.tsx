import type { VNode } from "preact";
import "./mark.css";

/** The mark: a wire that turns into a wave, one line in two weights. Decorative; the word stands beside it. */
export function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 44 24" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M2 12h12" stroke-width="1.6" stroke-linecap="round" />
      <path
        d="M14 12c3.4 0 3.6-8 7-8s3.6 16 7 16 3.6-11 7-11 3.2 3 7 3"
        stroke-width="3"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Mark and word mark, linked to the landing page. */
export function WordMark(): VNode {
  return (
    <a class="word-mark" href="/">
      <Mark />
      <span>tidewire</span>
    </a>
  );
}
