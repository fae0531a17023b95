/** A piece of a text: a web address, or what stands between addresses. */
export interface TextPart {
  readonly text: string;
  readonly href: string | undefined;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`，。、；！？（）「」]+/gu;
const AT_END = /[.,;:!?)\]}]+$/;

/** Splits a text at its web addresses (http and https only). Put together, the parts are the text. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(AT_END, "");
    if (!URL.canParse(address)) continue;
    if (found.index > end) parts.push({ text: text.slice(end, found.index), href: undefined });
    parts.push({ text: address, href: address });
    end = found.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: undefined });
  return parts;
}
