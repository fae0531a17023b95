import type { VNode } from "preact";
import "./icon.css";

/** Line drawings on a 20 × 20 grid. */
const DRAWINGS = {
  menu: "M3 6h14M3 10h14M3 14h9",
  people:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 16.5c0-2.8 2.5-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 4a2.6 2.6 0 0 1 0 5M15 12.2c1.8.6 3 2.1 3 4.3",
  send: "M4 10h11M10.5 5l5 5-5 5",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2.2v1.6M10 16.2v1.6M2.2 10h1.6M16.2 10h1.6M4.5 4.5l1.1 1.1M14.4 14.4l1.1 1.1M4.5 15.5l1.1-1.1M14.4 5.6l1.1-1.1",
  moon: "M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3Z",
  copy: "M7 7.5A1.5 1.5 0 0 1 8.5 6h6A1.5 1.5 0 0 1 16 7.500v7a1.5 1.5 0 0 1-1.5 1.500h-6A1.5 1.5 0 0 1 7 14.500ZM13 6V5a1.5 1.5 0 0 0-1.5-1.500h-6A1.5 1.5 0 0 0 4 5v6a1.5 1.5 0 0 0 1.5 1.500H7",
  check: "M4.5 10.500l3.5 3.5 7.5-8",
  lock: "M5 9.500h10v7H5ZM7 9.500V7a3 3 0 0 1 6 0v2.5",
  play: "M7 4.500l8 5.500-8 5.500Z",
  pause: "M7 4.500v11M13 4.500v11",
  unplugged: "M2 10h5M7 6.500v7M13 6.500v7M13 10h5",
  terminal: "M4 6l4 4-4 4M10 14.500h6",
  down: "M10 4v12M5 11l5 5 5-5",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.300l2.7 1.7",
  alert: "M10 3.500l7.5 13h-15ZM10 8.500v3.500M10 14.300v.2",
  pencil:
    "M4 16l.8-3.3 8.2-8.200a1.400 1.400 0 0 1 2 0l.5.5a1.400 1.400 0 0 1 0 2l-8.2 8.200ZM12 5.500l2.5 2.5",
  shuffle:
    "M3 6h2.500c4 0 5 8 9 8H17M14.5 11.500L17 14l-2.5 2.500M3 14h2.500c1.5 0 2.5-1.2 3.3-2.600M11.2 8.600C12 7.2 13 6 14.5 6H17M14.5 3.500L17 6l-2.5 2.5",
  window: "M8 4H4.500v11.500H16V12M11.5 4H16v4.500M16 4l-7 7",
  power: "M10 3v7M6.200 5.500a6.500 6.500 0 1 0 7.600 0",
  bell: "M10 3a4.500 4.500 0 0 0-4.500 4.500c0 3.800-1.500 5.500-1.500 5.500h12s-1.500-1.700-1.500-5.500A4.500 4.500 0 0 0 10 3ZM8.500 16a1.600 1.600 0 0 0 3 0",
  phone:
    "M7 2.500h6A1.500 1.500 0 0 1 14.500 4v12a1.500 1.500 0 0 1-1.500 1.500H7A1.500 1.500 0 0 1 5.500 16V4A1.500 1.500 0 0 1 7 2.500ZM9 15h2",
  tablet:
    "M4.500 3.500h11A1.500 1.500 0 0 1 17 5v10a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 3 15V5a1.500 1.500 0 0 1 1.500-1.500ZM14.500 9v2",
  arrow: "M4 10h12M11 5l5 5-5 5",
} as const;

export type IconName = keyof typeof DRAWINGS;

/** A small line drawing. Decorative: the control it stands in carries the words. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
