import type { ComponentChildren, VNode } from "preact";
import { LanguageSwitch } from "./language.tsx";
import { WordMark } from "./mark.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import "./page-header.css";

interface PageHeaderProps {
  /** What stands before the mark: a menu button on narrow pages. */
  readonly before?: ComponentChildren;
  /** What stands between the mark and the switches. */
  readonly children?: ComponentChildren;
}

/** The bar at the top of every page: mark, what the page adds, language and theme. */
export function PageHeader({ before, children }: PageHeaderProps): VNode {
  return (
    <header class="page-header">
      {before}
      <WordMark />
      <div class="page-header-middle">{children}</div>
      <LanguageSwitch />
      <ThemeSwitch />
    </header>
  );
}
