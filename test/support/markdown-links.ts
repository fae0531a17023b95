/** Where a page of Markdown points to, and at which line. */
export interface MarkdownLink {
  readonly target: string;
  readonly line: number;
}

const FENCE = /^\s*(```|~~~)/;
const INLINE_CODE = /(`+)[^`].*?\1/g;
const IN_BRACKETS = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const DEFINED_BELOW = /^\s*\[[^\]]+\]:\s+<?([^\s>]+)/g;
const IN_HTML = /\b(?:href|src|srcset)="([^"\s]+)"/g;

/** The links and pictures of a page, in order. What stands in code is none. */
export function linksOf(markdown: string): readonly MarkdownLink[] {
  return proseLines(markdown).flatMap(({ text, line }) => {
    const prose = text.replace(INLINE_CODE, "code");
    return [IN_BRACKETS, DEFINED_BELOW, IN_HTML].flatMap((pattern) =>
      [...prose.matchAll(pattern)].map(([, target = ""]) => ({ target, line })),
    );
  });
}

/** The anchors that GitHub gives a page: one for each heading, and those that its HTML names. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of proseLines(markdown)) {
    for (const [, name = ""] of text.matchAll(/<[^>]+ (?:id|name)="([^"]+)"/g)) anchors.add(name);
    const [, heading] = /^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(text) ?? [];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What GitHub makes of a heading: small letters, no punctuation but `-` and `_`, and hyphens for spaces. */
function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation} -]/gu, "")
    .replaceAll(" ", "-");
}

function proseLines(markdown: string): readonly { readonly text: string; readonly line: number }[] {
  let isCode = false;
  return markdown.split("\n").flatMap((text, index) => {
    const isFence = FENCE.test(text);
    if (isFence) isCode = !isCode;
    return isCode || isFence ? [] : [{ text, line: index + 1 }];
  });
}
