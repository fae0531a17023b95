import type { Language } from "../look/words.ts";

const FORMATS = { en: formatsOf("en"), zh: formatsOf("zh") } as const;

/** A price with its cents. */
export function priceText(price: number, language: Language): string {
  return FORMATS[language].price.format(price);
}

/** A change as a percentage, which always has its sign. */
export function changeText(part: number, language: Language): string {
  return FORMATS[language].change.format(part);
}

/** Made once: a format is dear, and fifty prices change several times a second. */
function formatsOf(language: Language): {
  readonly price: Intl.NumberFormat;
  readonly change: Intl.NumberFormat;
} {
  const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;
  return {
    price: new Intl.NumberFormat(language, cents),
    change: new Intl.NumberFormat(language, { ...cents, style: "percent", signDisplay: "always" }),
  };
}
