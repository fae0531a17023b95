import type { VNode } from "preact";
import { Avatar } from "../look/avatar.tsx";

/** A glimpse of the chat: some of the people in it. Decorative. */
export function FacesGlimpse(): VNode {
  return (
    <span class="demo-faces">
      <Avatar face="reef1" name="A" />
      <Avatar face="amber" name="K" />
      <Avatar face="gull7" name="M" />
    </span>
  );
}
