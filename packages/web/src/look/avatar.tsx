import type { VNode } from "preact";
import { useId } from "preact/hooks";
import { memo } from "./memo.ts";
import { faceOf } from "./face.ts";
import { Icon } from "./icon.tsx";
import "./avatar.css";

interface AvatarProps {
  /** The seed of the face. */
  readonly face: string;
  /** The name whose first letter it carries. */
  readonly name: string;
  readonly size?: "small" | "normal" | "large";
}

/** The first letter as a person sees it: one emoji or one accented letter, not half of it. */
function initial(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first === undefined ? "" : first.segment.toUpperCase();
}

/** A face drawn from a seed. Decorative: the name always stands beside it. */
export const Avatar = memo(function Avatar({ face, name, size = "normal" }: AvatarProps): VNode {
  const id = useId();
  const { hue, waveHue, waves } = faceOf(face);
  return (
    <svg class={`avatar avatar-${size}`} viewBox="0 0 40 40" aria-hidden="true">
      <clipPath id={id}>
        <rect width="40" height="40" rx="13" />
      </clipPath>
      <g clip-path={`url(#${id})`}>
        <rect width="40" height="40" fill={`oklch(0.56 0.11 ${hue})`} />
        {waves.map((path, index) => (
          <path key={path} d={path} fill={`oklch(${0.5 - index * 0.06} 0.11 ${waveHue})`} />
        ))}
      </g>
      <text x="20" y="20" dy="0.36em" text-anchor="middle" fill="#fff" font-size="17" font-weight="650">
        {initial(name)}
      </text>
    </svg>
  );
});

/** The face of the backend. */
export function BackendAvatar(): VNode {
  return (
    <span class="avatar avatar-normal avatar-backend">
      <Icon name="terminal" />
    </span>
  );
}
