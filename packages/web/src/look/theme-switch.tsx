import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { useWords } from "./language.tsx";
import { recall, remember } from "./remembered.ts";
import { useMedia } from "./use-media.ts";
import "./button.css";

type Theme = "light" | "dark";

function rememberedTheme(): Theme | undefined {
  const theme = recall("theme");
  return theme === "light" || theme === "dark" ? theme : undefined;
}

/** Switches between light and dark, and remembers it. Until it is used, the system decides. */
export function ThemeSwitch(): VNode {
  const { say } = useWords();
  const systemIsDark = useMedia("(prefers-color-scheme: dark)");
  const [chosen, setChosen] = useState(rememberedTheme);
  const other: Theme = (chosen ?? (systemIsDark ? "dark" : "light")) === "dark" ? "light" : "dark";

  const change = (): void => {
    document.documentElement.dataset["theme"] = other;
    remember("theme", other);
    setChosen(other);
  };
  const label = say(other === "dark" ? "look.toDark" : "look.toLight");
  return (
    <button type="button" class="button button-bare" aria-label={label} title={label} onClick={change}>
      <Icon name={other === "dark" ? "moon" : "sun"} />
    </button>
  );
}
