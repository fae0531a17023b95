import type { VNode } from "preact";
import "./glimpse.css";
import "./comments-glimpse.css";

/** A glimpse of the demo about live comments: lines that fly over a screen, one's own among them. Decorative. */
export function CommentsGlimpse(): VNode {
  return (
    <svg class="glimpse" viewBox="0 0 104 40" aria-hidden="true">
      <rect class="comments-frame" x="14" y="3" width="76" height="34" rx="6" />
      <path class="comments-line" d="M24 12h22M58 12h22M34 20h12M22 28h30M64 28h16" />
      <path class="comments-own" d="M56 20h26" />
    </svg>
  );
}
