import { createContext, type ComponentChildren, type VNode } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { recall, remember } from "./remembered.ts";
import { type Language, sayIn, type Say } from "./words.ts";
import "./button.css";

/** The words of one language, and the switch to another. */
export interface Words {
  readonly language: Language;
  readonly say: Say;
  choose(language: Language): void;
}

const LanguageContext = createContext<Words | undefined>(undefined);

/** The language to begin with: the remembered one, else the browser's first that the table has, else English. */
export function firstLanguage(): Language {
  const remembered = recall("language");
  if (remembered === "en" || remembered === "zh") return remembered;
  const spoken = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag));
  return spoken?.toLowerCase().startsWith("zh") === true ? "zh" : "en";
}

function apply(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
}

/** Gives the words to everything inside it. */
export function LanguageProvider({ children }: { readonly children: ComponentChildren }): VNode {
  const [language, setLanguage] = useState(() => {
    const first = firstLanguage();
    apply(first);
    return first;
  });
  const words = useMemo(
    (): Words => ({
      language,
      say: sayIn(language),
      choose(next) {
        apply(next);
        remember("language", next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext.Provider value={words}>{children}</LanguageContext.Provider>;
}

/** The words in the chosen language. Only inside a LanguageProvider. */
export function useWords(): Words {
  const words = useContext(LanguageContext);
  if (words === undefined) throw new Error("useWords needs a LanguageProvider around it.");
  return words;
}

/** A button that names the other language in that language. */
export function LanguageSwitch(): VNode {
  const words = useWords();
  const { language } = words;
  const other = language === "en" ? "zh" : "en";
  return (
    <button
      type="button"
      class="button button-bare button-small"
      lang={other === "zh" ? "zh-Hans" : "en"}
      onClick={() => words.choose(other)}
    >
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}
